"""What people like: found in what they do in public, changed, paused and deleted by them.

A change of what shows an interest marks the person's profile as due, in the same transaction; a
worker then reads their evidence anew. What may be used of it, `tastes` knows.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from catalogue.models import Product
from feeds import evidence, topics
from feeds.models import Evidence, Interest, InterestProfile
from shopping.hints import wake_soon

READER = "feeds.read_interests"
BATCH = 50
FOUND_KINDS = (Evidence.Kind.POST, Evidence.Kind.LIKE, Evidence.Kind.FOLLOW)
Status = InterestProfile.Status


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
    """Locks by writing: each change of what somebody likes gives their profile another version, by
    which what is kept of their tastes goes (see market)."""
    InterestProfile.objects.bulk_create([InterestProfile(user=user)], ignore_conflicts=True)
    InterestProfile.objects.filter(pk=user.pk).update(status=F("status"))
    return InterestProfile.objects.get(pk=user.pk)


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
