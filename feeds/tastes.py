# ruff: noqa: S608 - the text is made of texts of our own, never of input
"""What may be used of a person's interests, and how strong each is.

Weights fall by half in each half-life and are never stored fallen: whoever asks computes them from
the evidence.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from feeds import topics
from feeds.visibility import seen, there
from shopping import rows

# Weight at which an interest is as strong as half of the strongest there can be.
HALF_STRONG = 4.0
# What a wide topic that somebody likes gives its narrower ones.
NARROWER = 0.5


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
# that of those whom the person never meets: what is used is what `evidence.shown_to` shows.
TASTES = f"""
SELECT pr.since, i.topic, i.removed_at IS NOT NULL, sum(e.weight * power(0.5, GREATEST(
           0, EXTRACT(epoch FROM %(now)s - e.happened_at)) / %(half_life)s))
FROM feeds_interestprofile pr
LEFT JOIN feeds_interest i ON i.user_id = pr.user_id
LEFT JOIN feeds_evidence e ON e.interest_id = i.id AND (e.post_id IS NULL OR EXISTS (
    SELECT FROM feeds_post p
    WHERE p.id = e.post_id AND {there("p")} AND {seen("p")}))
    AND (e.followed_id IS NULL OR {seen("e", field="followed_id")})
WHERE pr.user_id = %(viewer)s AND pr.status = 'active'
GROUP BY pr.since, i.topic, i.removed_at
"""


def tastes_of(user: User | None, *, now: datetime | None = None) -> Tastes | None:
    """What `user` likes, in one statement; None where interests must not be used: signed out,
    paused, deleted, or nothing was ever found. Weights have fallen as far as they have at `now`,
    the present moment without one; what was found since counts in full."""
    if user is None:
        return None
    now = now or timezone.now()
    half_life = settings.INTEREST_HALF_LIFE_DAYS * 86_400
    found = rows.run_named(TASTES, {"viewer": user.pk, "now": now, "half_life": half_life})
    if not found:
        return None
    weights = {topic: float(weight) for _since, topic, gone, weight in found if weight and not gone}
    removed = {topic for _since, topic, gone, _weight in found if gone}
    return _with_narrower(weights, removed=removed, since=found[0][0])


def strength_of(weight: float) -> float:
    """How strong an interest of this weight is, from 0 towards 1."""
    return weight / (weight + HALF_STRONG)


def _with_narrower(
    weights: dict[str, float], *, removed: Collection[str], since: datetime | None
) -> Tastes:
    strengths = {topic: strength_of(weight) for topic, weight in weights.items()}
    sources = {topic: topic for topic in strengths}
    for wide in weights:
        for narrow in topics.below(wide):
            given = NARROWER * strength_of(weights[wide])
            if given > strengths.get(narrow, 0.0) and narrow not in removed:
                strengths[narrow], sources[narrow] = given, wide
    return Tastes(strengths, sources, since)
