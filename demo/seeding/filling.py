"""Filling a database: in what order, and all or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.account.models import EmailAddress
from django.db import connection, transaction

from accounts.models import User
from catalogue.models import (
    Membership,
    Merchant,
    Product,
    ProductImage,
    ProductWords,
    ShippingRate,
    StockItem,
    StockMovement,
    Variant,
)
from demo import shops
from demo.seeding import goods, tables, tastes, users
from demo.seeding.plan import Plan
from demo.seeding.sizes import DOMAIN, Seed
from demo.seeding.talk import Likes, Talk
from feeds import interests
from feeds.models import (
    Evidence,
    Follow,
    Interest,
    InterestProfile,
    Like,
    Mention,
    Post,
    PostHashtag,
    PostTopic,
    ProductCard,
    SearchWord,
)
from feeds.search import spelling

# All that is filled, but for a few rows of hashtags, categories and taxes.
MODELS = (
    *(
        User,
        EmailAddress,
        Follow,
        Merchant,
        Membership,
        ShippingRate,
        Product,
        ProductImage,
        Variant,
    ),
    *(StockItem, StockMovement, Post, PostHashtag, Mention, ProductCard, PostTopic, Like),
    *(InterestProfile, Interest, Evidence),
)
TABLES = tuple(model._meta.db_table for model in MODELS)
# A trigger keeps these by their key, so they have their indexes all along.
KEPT = (*TABLES, ProductWords._meta.db_table, SearchWord._meta.db_table)
# Two seedings at once would refuse each other only at their ends: the second asks for this first.
LOCK = 5_341_089
TOLD_EACH = 100_000

Tell = Callable[[str], None]


class NotEmpty(Exception):
    """The database holds something; the message says what to a person."""


def held() -> dict[str, int]:
    """What a database holds that a seeding does not belong beside, by name."""
    counts = {
        "people": User.objects.count(),
        "products": Product.objects.count(),
        "posts": Post.objects.count(),
    }
    return {name: count for name, count in counts.items() if count}


def refuse_what_is_held(*, beside: bool) -> None:
    """Raises NotEmpty for a database that was seeded before, and without `beside` for any that is
    not empty."""
    if User.objects.filter(email__endswith=f"@{DOMAIN}").exists():
        raise NotEmpty("This database has been seeded already.")
    found = held()
    if found and not beside:
        rows = ", ".join(f"{count} {name}" for name, count in found.items())
        raise NotEmpty(f"This database holds {rows}. `--beside` seeds beside them.")


class Progress:
    """Tells of each part of the work when it is done, and adds up the rows."""

    def __init__(self, tell: Tell) -> None:
        self.tell = tell
        self.total = 0
        self.since = time.monotonic()

    def done(self, part: str, rows: int = 0) -> None:
        now = time.monotonic()
        took, self.since = now - self.since, now
        self.total += rows
        counted = f" {rows:,} rows," if rows else ""
        rate = f", {rows / took:,.0f} a second" if rows else ""
        self.tell(f"{part}:{counted} {took:.1f} s{rate}")


@transaction.atomic
def fill(seed: Seed, *, beside: bool = False, tell: Tell) -> int:
    """Write everything of `seed` into the database; returns how many rows, and `tell`s as it goes.

    One transaction: whatever breaks off, nothing is there. `beside`: also where something is.
    Locks the tables of MODELS against everybody until its end. Raises NotEmpty, SizesRefused.
    """
    seed.sizes.check()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    refuse_what_is_held(beside=beside)
    shops.taxes()
    filed, drawn = goods.categories(), goods.pictures()
    progress = Progress(tell)
    with tables.without_indexes(TABLES):
        crowd = users.write(seed)
        progress.done("people", crowd.users)
        progress.done("follows", users.follow(crowd))
        shelf, count = goods.write(crowd, categories=filed, pictures=drawn)
        progress.done("products", count)
        _talk(crowd, shelf, progress)
        progress.done("interests", tastes.write(crowd))
    progress.done("indexes and keys")
    tables.analyse(KEPT)
    interests.read_due()
    spelling.learn()
    progress.done("statistics")
    return progress.total


def _talk(crowd: users.Crowd, shelf: goods.Shelf, progress: Progress) -> None:
    plan = Plan(crowd)
    progress.done("plan")
    talk = Talk(crowd, shelf, plan)
    for number in range(plan.count):
        talk.write(number)
        if number % TOLD_EACH == TOLD_EACH - 1:
            progress.tell(f"  {number + 1:,} posts")
    progress.done("posts", talk.close())
    likes = Likes(crowd, plan, first=talk.posts.first)
    for number in range(plan.count):
        likes.write(number)
    progress.done("likes", likes.rows.close())


def tidy() -> None:
    """After `fill`, outside any transaction: spare the first readers the checks of new rows."""
    tables.vacuum(KEPT)
