"""Seeded people and shops, and who follows whom."""

from __future__ import annotations

from array import array
from functools import lru_cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from accounts.models import User
from demo import people
from demo.seeding import words
from demo.seeding.chance import (
    JOINING,
    SPAN,
    Ids,
    Skewed,
    stamp,
    without_replacement,
    zipf,
)
from demo.seeding.sizes import DOMAIN, Seed
from demo.seeding.tables import Rows
from feeds.models import Follow

# One person in so many is suspended.
SUSPENDED = 500
FRENCH = 0.4
SHOPS_LEAD = 4.0
NOBODYS = "!seeded"  # a password that no password is


@lru_cache(maxsize=4096)
def _slug(name: str) -> str:
    return slugify(name).replace("-", "_")


class Crowd:
    """The seeded users by number: first the people, whose first are those of `Sizes.bench`, then
    the shops. `first` is the key of number 0; `fame` weighs how gladly each is followed and heard."""

    def __init__(self, seed: Seed, *, first: int = 0) -> None:
        self.seed = seed
        self.first = first
        self.people, self.users = seed.sizes.people, seed.sizes.users
        chance = seed.chance("fame")
        ranks = list(range(self.users))
        chance.shuffle(ranks)
        by_rank = zipf(self.users, exponent=0.85, head=10)
        self.fame = array("d", (by_rank[rank] for rank in ranks))
        for shop in range(self.people, self.users):
            self.fame[shop] *= SHOPS_LEAD

    def is_shop(self, number: int) -> bool:
        return number >= self.people

    def is_active(self, number: int) -> bool:
        bench = len(self.seed.sizes.bench)
        return self.is_shop(number) or number < bench or number % SUSPENDED != SUSPENDED - 1

    def language(self, number: int) -> str:
        return "fr" if number * 0.618 % 1 < FRENCH else "en"

    def name(self, number: int) -> str:
        if self.is_shop(number):
            shop = number - self.people
            return f"{words.name(shop * 7)} {shop // 400 + 1}"
        if number < len(self.seed.sizes.bench):
            return f"Bench {self.seed.sizes.bench[number]}"
        first = words.FIRST_NAMES[number * 31 % len(words.FIRST_NAMES)]
        return f"{first} {words.LAST_NAMES[number * 17 % len(words.LAST_NAMES)]}"

    def handle(self, number: int) -> str:
        if number < len(self.seed.sizes.bench):
            return f"bench_{self.seed.sizes.bench[number]}"
        return f"{_slug(self.name(number))}_{number}"

    def email(self, number: int) -> str | None:
        return None if self.is_shop(number) else f"{self.handle(number)}@{DOMAIN}"


def write(seed: Seed) -> Crowd:
    """The users. None but those of the bench can sign in: with the demo's password.

    Their addresses to sign in with are not counted among the rows.
    """
    columns = (
        *("password", "is_superuser", "public_id", "kind", "email", "handle", "display_name"),
        *("bio", "avatar", "locale", "is_staff", "is_active", "created_at"),
    )
    rows = Rows(User, *columns)
    crowd = Crowd(seed, first=rows.first)
    ids = Ids(seed.chance("users"))
    bench = len(seed.sizes.bench)
    public = make_password(people.PASSWORD) if bench else NOBODYS
    mails = Rows(EmailAddress, "email", "verified", "primary", "user_id")
    for number in range(crowd.users):
        joined = seed.until.timestamp() - SPAN - JOINING * (1 - number / crowd.users)
        kind = User.Kind.SHOP if crowd.is_shop(number) else User.Kind.PERSON
        password = public if number < bench else NOBODYS
        email, language = crowd.email(number), crowd.language(number)
        names = (crowd.handle(number), crowd.name(number))
        bio = words.name(number) if number % 3 else ""
        active = crowd.is_active(number)
        key = rows.add(
            *(password, False, ids.of(joined), kind.value, email, *names),
            *(bio, "", language, False, active, stamp(joined)),
        )
        if number < bench:
            mails.add(email, True, True, key)
    rows.close()
    mails.close()
    return crowd


def follow(crowd: Crowd) -> int:
    """Who follows whom: most of them few, some of them many, and nearly everybody the same ones.

    Returns how many do.
    """
    seed = crowd.seed
    chance = seed.chance("follows")
    rows = Rows(Follow, "follower_id", "followed_id", "created_at")
    famous = Skewed(crowd.fame)
    now = seed.until.timestamp()
    for number in range(crowd.people):
        if number < len(seed.sizes.bench):
            weights = array("d", crowd.fame)
            weights[number] = 1e-9
            count = seed.sizes.bench[number]
            chosen = without_replacement(weights, chance, count)
        else:
            count = min(1 + int(chance.lognormvariate(2.2, 1.1)), crowd.people // 4)
            chosen = famous.distinct(chance, count)
        moments = sorted(now - SPAN * chance.random() for _ in chosen)
        for other, moment in zip(chosen, moments, strict=True):
            if other != number:
                rows.add_plain(crowd.first + number, crowd.first + other, stamp(moment))
    return rows.close()


def likers(crowd: Crowd) -> Skewed:
    """Who likes, by number: some do far more than others; shops do not."""
    chance = crowd.seed.chance("likers")
    weights = zipf(crowd.people, exponent=0.5, head=50)
    chance.shuffle(weights)
    return Skewed(weights)
