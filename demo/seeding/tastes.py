"""What seeded people like, by their own word; of the bench's people, found in what they did."""

from __future__ import annotations

from demo.seeding.chance import SPAN, Skewed, stamp, zipf
from demo.seeding.tables import Rows
from demo.seeding.users import Crowd
from feeds import evidence
from feeds.models import Evidence, Interest, InterestProfile
from feeds.vocabulary import TOPICS

MOST = 4


def write(crowd: Crowd) -> int:
    """A profile for each person, with one to MOST topics that they chose; those of the bench are due
    to be looked at. Returns how many interests there are."""
    seed = crowd.seed
    chance = seed.chance("tastes")
    profiles = Rows(InterestProfile, "user_id", "status", "purchases", "due_at")
    interests = Rows(Interest, "user_id", "topic")
    shown = Rows(Evidence, "interest_id", "kind", "reference", "weight", "happened_at")
    liked = Skewed(zipf(len(TOPICS), exponent=0.7))
    now = seed.until.timestamp()
    choice = Evidence.Kind.CHOICE
    for number in range(crowd.people):
        due = stamp(now) if number < len(seed.sizes.bench) else None
        profiles.add(crowd.first + number, InterestProfile.Status.ACTIVE.value, False, due)
        for place in liked.distinct(chance, chance.randint(1, MOST)):
            interest = interests.add_plain(crowd.first + number, TOPICS[place].slug)
            at = stamp(now - SPAN / 4 * chance.random())
            shown.add_plain(interest, choice.value, "choice", evidence.WEIGHTS[choice], at)
    for rows in (profiles, interests, shown):
        rows.close()
    return interests.count
