# ruff: noqa: S608 - the text is made of texts of our own, never of input
"""What people like: found in what they do in public, seen, changed, paused and deleted by them.

A change of what shows an interest marks the person's profile as due, in the same transaction; a
worker then reads their evidence anew. Weights fall by half in each half-life and are never stored
fallen: whoever asks computes them from the evidence.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from catalogue.models import Product
from feeds import evidence, topics
from feeds.models import Evidence, Interest, InterestProfile
from feeds.visibility import seen, seen_by
from shopping import rows
from shopping.hints import wake_soon

READER = "feeds.read_interests"
BATCH = 50
# Weight at which an interest is as strong as half of the strongest there can be.
HALF_STRONG = 4.0
# What a wide topic that somebody likes gives its narrower ones.
NARROWER = 0.5
FOUND_KINDS = (Evidence.Kind.POST, Evidence.Kind.LIKE, Evidence.Kind.FOLLOW)
Status = InterestProfile.Status


@dataclass(frozen=True, slots=True)
class Tastes:
    """What may be used of a person: how strongly (0 to 1) they like which topics.

    `since` is when they last paused, resumed or deleted: what was ranked before is not theirs any
    more. `sources` names the interest behind each topic: itself, or a wider one.
    """

    strengths: dict[str, float] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    since: datetime | None = None


# Evidence of a post that is gone gives nothing, even before a worker has taken it away, nor does
# that of those whom the person never meets: what is used is what `evidence_of` shows.
TASTES = f"""
SELECT pr.since, i.topic, i.removed_at IS NOT NULL, sum(e.weight * power(0.5, GREATEST(
           0, EXTRACT(epoch FROM %(now)s - e.happened_at)) / %(half_life)s))
FROM feeds_interestprofile pr
LEFT JOIN feeds_interest i ON i.user_id = pr.user_id
LEFT JOIN feeds_evidence e ON e.interest_id = i.id AND (e.post_id IS NULL OR EXISTS (
    SELECT FROM feeds_post p
    WHERE p.id = e.post_id AND p.deleted_at IS NULL AND p.hidden_at IS NULL AND {seen("p")}))
    AND (e.followed_id IS NULL OR {seen("e", field="followed_id")})
WHERE pr.user_id = %(viewer)s AND pr.status = 'active'
GROUP BY pr.since, i.topic, i.removed_at
"""


def tastes(user: User | None) -> Tastes | None:
    """What `user` likes now, in one statement; None where interests must not be used: signed out,
    paused, deleted, or nothing was ever found."""
    if user is None:
        return None
    now = timezone.now()
    half_life = settings.INTEREST_HALF_LIFE_DAYS * 86_400
    found = rows.run_named(TASTES, {"viewer": user.pk, "now": now, "half_life": half_life})
    if not found:
        return None
    weights = {topic: float(weight) for _since, topic, gone, weight in found if weight and not gone}
    removed = {topic for _since, topic, gone, _weight in found if gone}
    return _with_narrower(weights, removed=removed, since=found[0][0])


def strength(weight: float) -> float:
    """How strong an interest of this weight is, from 0 towards 1."""
    return weight / (weight + HALF_STRONG)


def _with_narrower(
    weights: dict[str, float], *, removed: Collection[str], since: datetime | None
) -> Tastes:
    strengths = {topic: strength(weight) for topic, weight in weights.items()}
    sources = {topic: topic for topic in strengths}
    for wide in weights:
        for narrow in topics.below(wide):
            given = NARROWER * strength(weights[wide])
            if given > strengths.get(narrow, 0.0) and narrow not in removed:
                strengths[narrow], sources[narrow] = given, wide
    return Tastes(strengths, sources, since)


# Found by a worker ------------------------------------------------------------------------------


def touch(user: User) -> None:
    """In the caller's transaction: what `user` does in public has changed, look again soon.

    Locks the person's profile. Nothing while they have paused or deleted their interests.
    """
    if user.is_shop:
        return
    mine = InterestProfile.objects.filter(pk=user.pk)
    now = timezone.now()
    if not mine.filter(status=Status.ACTIVE).update(due_at=now):
        InterestProfile.objects.bulk_create(
            [InterestProfile(user=user, due_at=now)], ignore_conflicts=True
        )
    wake_soon(READER)


def read_due() -> int:
    """Read the evidence of up to BATCH people who are due; returns how many there were.

    Locks one profile at a time, for whoever likes something waits for their own; those that
    another worker holds are left to it.
    """
    done = 0
    while done < BATCH and _read_next():
        done += 1
    return done


@transaction.atomic
def _read_next() -> bool:
    due = InterestProfile.objects.filter(due_at__lte=timezone.now()).order_by("due_at")
    profile = due.select_for_update(skip_locked=True).first()
    if profile is None:
        return False
    if profile.status == Status.ACTIVE:
        _read(profile)
    profile.due_at = None
    profile.save(update_fields=["due_at"])
    return True


def _read(profile: InterestProfile) -> None:
    """Make the evidence of posts, likes and follows what it is now. What is not known yet and
    happened before `since` never comes in."""
    found = evidence.found(profile.user_id, now=timezone.now())
    known = Evidence.objects.filter(interest__user=profile.user_id, kind__in=FOUND_KINDS)
    there = {(item.topic, item.reference, item.happened_at): item for item in found}
    held = {
        (row.interest.topic, row.reference, row.happened_at): row.pk
        for row in known.select_related("interest")
    }
    known.filter(pk__in=[pk for key, pk in held.items() if key not in there]).delete()
    since = profile.since
    fresh = [
        item
        for key, item in there.items()
        if key not in held and (since is None or item.happened_at >= since)
    ]
    interests = _interests(profile.user_id, {item.topic for item in fresh})
    Evidence.objects.bulk_create(
        [
            Evidence(
                interest=interests[item.topic],
                kind=item.kind,
                reference=item.reference,
                weight=item.weight,
                happened_at=item.happened_at,
                post_id=item.post_id,
                followed_id=item.followed_id,
            )
            for item in fresh
            if item.topic in interests
        ],
        ignore_conflicts=True,
    )
    _drop_empty(profile.user_id)


def _interests(user_id: int, wanted: Collection[str]) -> dict[str, Interest]:
    """The person's interests in these topics by topic; those that they removed are left out."""
    Interest.objects.bulk_create(
        [Interest(user_id=user_id, topic=topic) for topic in sorted(wanted)], ignore_conflicts=True
    )
    rows = Interest.objects.filter(user=user_id, topic__in=wanted, removed_at=None)
    return {row.topic: row for row in rows}


def _drop_empty(user_id: int) -> None:
    """No interest stays without what shows it, but for the removed."""
    Interest.objects.filter(user=user_id, removed_at=None, evidence=None).delete()


# Said by the person -----------------------------------------------------------------------------


def _locked(user: User) -> InterestProfile:
    InterestProfile.objects.bulk_create([InterestProfile(user=user)], ignore_conflicts=True)
    return InterestProfile.objects.select_for_update().get(pk=user.pk)


@transaction.atomic
def choose(user: User, *, topic: str) -> bool:
    """`user` says that they like `topic`, also after having removed it. Returns whether it counts:
    not for an unknown topic, and not while interests are paused or deleted. Locks the profile."""
    profile = _locked(user)
    if topic not in topics.BY_SLUG or profile.status != Status.ACTIVE:
        return False
    interest, _new = Interest.objects.update_or_create(
        user=user, topic=topic, defaults={"removed_at": None}
    )
    Evidence.objects.update_or_create(
        interest=interest,
        reference="choice",
        defaults={
            "kind": Evidence.Kind.CHOICE,
            "weight": evidence.WEIGHTS[Evidence.Kind.CHOICE],
            "happened_at": timezone.now(),
        },
    )
    touch(user)
    return True


@transaction.atomic
def remove(user: User, *, topic: str) -> None:
    """`user` does not want `topic` among their interests: what showed it is deleted, and nothing
    brings it back but their own choice. Locks the profile."""
    _locked(user)
    if topic in topics.BY_SLUG:
        Interest.objects.get_or_create(user=user, topic=topic)
    mine = Interest.objects.filter(user=user, topic=topic)
    Evidence.objects.filter(interest__in=mine).delete()
    mine.update(removed_at=timezone.now())


@transaction.atomic
def pause(user: User) -> None:
    """Neither look for interests nor use them; those that there are stay. Locks the profile."""
    _locked(user)
    mine = InterestProfile.objects.filter(pk=user.pk, status=Status.ACTIVE)
    mine.update(status=Status.PAUSED, since=timezone.now(), due_at=None)


@transaction.atomic
def resume(user: User) -> None:
    """Go on after a pause or a deletion. What happened before a deletion, and during a pause, is
    not looked at. Locks the profile."""
    profile = _locked(user)
    if profile.status != Status.ACTIVE:
        profile.status, profile.since = Status.ACTIVE, timezone.now()
        profile.save(update_fields=["status", "since"])


@transaction.atomic
def delete_all(user: User) -> None:
    """Delete every interest, what showed it, what was removed and every opt-in; find none again
    until the person starts anew. Locks the profile."""
    profile = _locked(user)
    Interest.objects.filter(user=user).delete()
    profile.status, profile.since = Status.DELETED, timezone.now()
    profile.purchases, profile.due_at = False, None
    profile.save()


@transaction.atomic
def allow_purchases(user: User, *, allowed: bool) -> None:
    """Whether what `user` buys from now on shows interests. Without it, what purchases gave is
    deleted. Locks the profile."""
    profile = _locked(user)
    profile.purchases = allowed
    profile.save(update_fields=["purchases"])
    if not allowed:
        Evidence.objects.filter(interest__user=user, kind=Evidence.Kind.PURCHASE).delete()
        _drop_empty(user.pk)


@transaction.atomic
def note_purchase(user: User, *, product: Product, reference: str, at: datetime) -> None:
    """`user` has bought `product`: evidence if they allow it, once for each `reference`. Locks the
    profile."""
    profile = _locked(user)
    if profile.status != Status.ACTIVE or not profile.purchases:
        return
    if profile.since and at < profile.since:
        return
    slugs = [product.category.slug] if product.category else []
    found = topics.of("", goods=(product.title, *product.tags), categories=slugs)
    Evidence.objects.bulk_create(
        [
            Evidence(
                interest=interest,
                kind=Evidence.Kind.PURCHASE,
                reference=f"purchase:{reference}"[:60],
                weight=evidence.WEIGHTS[Evidence.Kind.PURCHASE],
                happened_at=at,
            )
            for interest in _interests(user.pk, found).values()
        ],
        ignore_conflicts=True,
    )


# Shown to the person ----------------------------------------------------------------------------


def evidence_of(user: User) -> QuerySet[Evidence]:
    """What shows what `user` likes, of what is still there and of those whom they meet, the newest
    first."""
    rows = Evidence.objects.filter(interest__user=user, interest__removed_at=None)
    rows = rows.exclude(post__deleted_at__isnull=False).exclude(post__hidden_at__isnull=False)
    rows = seen_by(rows, user, field="post__author_id")
    rows = seen_by(rows, user, field="followed_id")
    related = rows.select_related("interest", "post__author", "followed")
    return related.order_by("-happened_at", "-pk")
