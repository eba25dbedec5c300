"""A person's interests as they read them: in words, with what shows each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from feeds import topics
from feeds.evidence import shown_to, weight_at
from feeds.models import Evidence, Interest, InterestProfile
from feeds.tastes import strength_of

MOST_SHOWN = 3
# From which strength on an interest is called so.
WORDS = ((0.6, _("You like it a lot")), (0.3, _("You like it")), (0.0, _("You like it a little")))


@dataclass(frozen=True, slots=True)
class Shown:
    """An interest; `more` are pieces of evidence beside those that are listed."""

    topic: str
    name: Any
    words: Any
    strength: float
    evidence: tuple[Evidence, ...]
    more: int


def _words(strength: float) -> Any:
    return next(words for least, words in WORDS if strength >= least)


def _found(user: User) -> list[Shown]:
    """All interests, the strongest first: two statements however many there are."""
    now = timezone.now()
    by_topic: dict[str, list[Evidence]] = {}
    for row in shown_to(user):
        by_topic.setdefault(row.interest.topic, []).append(row)
    shown = []
    for topic, each in by_topic.items():
        weight = sum(weight_at(e.weight, happened_at=e.happened_at, now=now) for e in each)
        strength = strength_of(weight)
        first = tuple(each[:MOST_SHOWN])
        more = len(each) - len(first)
        shown.append(Shown(topic, topics.name_of(topic), _words(strength), strength, first, more))
    shown.sort(key=lambda one: (-one.strength, one.topic))
    return shown


def of(user: User) -> dict[str, Any]:
    """What the page of interests shows of `user`."""
    profile = InterestProfile.objects.filter(pk=user.pk).first() or InterestProfile(user=user)
    removed = Interest.objects.filter(user=user, removed_at__isnull=False)
    names = [(each.topic, topics.name_of(each.topic)) for each in removed.order_by("topic")]
    return {
        "profile": profile,
        "status": profile.status,
        "likings": _found(user),
        "removed": names,
        "tree": topics.tree(),
        "adult": user.adult_since is not None,
    }
