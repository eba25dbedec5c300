"""`demo.seeding`: what it writes is what the site itself would have written."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Q

from accounts.models import User
from catalogue.models import Merchant, Product, ProductWords, StockItem, StockMovement, Variant
from demo.seeding import filling, tables
from demo.seeding.filling import NotEmpty
from feeds import post_topics, text
from feeds.models import (
    Evidence,
    Follow,
    InterestProfile,
    Like,
    Mention,
    Post,
    PostHashtag,
    PostTopic,
    ProductCard,
    SearchWord,
)
from tests.seeding.conftest import SEED, SMALL, UNTIL

THERE = Q(deleted_at=None)


def test_as_many_rows_as_were_asked_for(seeded: list[str]) -> None:
    assert User.objects.filter(kind="person").count() == SMALL.people
    assert User.objects.filter(kind="shop").count() == Merchant.objects.count() == SMALL.shops == 2
    assert Post.objects.count() == SMALL.posts
    assert Product.objects.count() == ProductWords.objects.count() == SMALL.products
    assert SearchWord.objects.exists()
    assert Like.objects.count() == SMALL.likes
    assert InterestProfile.objects.count() == SMALL.people


def test_what_it_tells_ends_with_how_quick_it_was(seeded: list[str]) -> None:
    parts = [line.split(":")[0] for line in seeded]
    assert parts == [
        *("people", "follows", "products", "plan", "posts", "likes", "interests"),
        *("indexes and keys", "statistics"),
    ]
    assert "a second" in seeded[-4]


@pytest.mark.parametrize(
    ("kept", "rows"),
    [
        ("like_count", Count("likes", distinct=True)),
        ("reply_count", Count("replies", filter=Q(replies__deleted_at=None), distinct=True)),
        ("repost_count", Count("reposts", filter=Q(reposts__deleted_at=None), distinct=True)),
        ("quote_count", Count("quotes", filter=Q(quotes__deleted_at=None), distinct=True)),
    ],
)
def test_each_count_beside_a_post_is_that_of_its_rows(
    seeded: list[str], kept: str, rows: Any
) -> None:
    wrong = Post.objects.annotate(rows=rows).exclude(**{kept: F("rows")})
    assert not wrong.exists()
    assert Post.objects.filter(**{f"{kept}__gt": 0}).exists()


def test_hashtags_mentions_and_topics_are_those_that_publishing_finds(seeded: list[str]) -> None:
    handles = dict(User.objects.values_list("pk", "handle"))
    tagged: dict[int, set[str]] = {}
    for post, tag in PostHashtag.objects.values_list("post_id", "hashtag__name"):
        tagged.setdefault(post, set()).add(tag)
    named: dict[int, set[str]] = {}
    for post, user in Mention.objects.values_list("post_id", "user_id"):
        named.setdefault(post, set()).add(handles[user].lower())
    kept: dict[int, list[str]] = {}
    for post, topic in PostTopic.objects.order_by("pk").values_list("post_id", "topic"):
        kept.setdefault(post, []).append(topic)
    for said in Post.objects.all():
        assert set(text.hashtags(said.body)) == tagged.get(said.pk, set())
        assert set(text.handles(said.body)) == named.get(said.pk, set())
        assert post_topics.found(said) == kept.get(said.pk, [])
    assert len(tagged) > 400
    assert len(named) > 200
    assert len(kept) > 1500


def test_texts_are_tidy_in_two_languages_and_short_enough(seeded: list[str]) -> None:
    said = Post.objects.filter(repost_of=None)
    for body in said.values_list("body", flat=True):
        assert text.tidy(body) == body
        assert text.length(body) <= text.MAX_LENGTH
    languages = Counter(said.values_list("language", flat=True))
    assert min(languages["en"], languages["fr"]) > 600
    assert said.filter(body__contains="lampe").exists()
    assert Product.objects.filter(title__icontains="mug").exists()


def test_every_row_is_valid_as_its_model_says(seeded: list[str]) -> None:
    """CHECK, UNIQUE and keys hold by the database; what is asked here are the fields' own rules."""
    for model in filling.MODELS:
        for row in model._default_manager.order_by("?")[:60]:
            row.full_clean()


def test_the_indexes_and_keys_are_those_of_before(seeded: list[str]) -> None:
    listed = list(filling.TABLES)
    with connection.cursor() as cursor:
        for statement in (tables.CONSTRAINTS, tables.INDEXES):
            cursor.execute(statement, [listed])
            after = cursor.fetchall()
            with transaction.atomic():
                with tables.without_indexes(listed):
                    cursor.execute(statement, [listed])
                    assert cursor.fetchall() == []
                cursor.execute(statement, [listed])
                assert cursor.fetchall() == after
            assert after
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE NOT convalidated")
        assert cursor.fetchone() == (0,)
    for model in filling.MODELS:
        for index in (*model._meta.indexes, *model._meta.constraints):
            assert index.name in _names(), index.name


def _names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexrelid::regclass::text FROM pg_index")
        indexes = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT conname FROM pg_constraint")
        return indexes | {name for (name,) in cursor.fetchall()}


def test_the_bench_follows_exactly_as_many_as_it_says(seeded: list[str]) -> None:
    for follows in (10, 300):
        person = User.objects.get(handle=f"bench_{follows}")
        assert person.following.count() == follows
        assert person.is_active
        assert person.check_password("stall-and-feed")
    assert not User.objects.filter(handle="bench_3000").exists()
    others = User.objects.exclude(handle__startswith="bench_")
    assert set(others.values_list("password", flat=True)) == {"!seeded"}


def test_few_are_followed_and_liked_by_many(seeded: list[str]) -> None:
    followed = sorted(Counter(Follow.objects.values_list("followed", flat=True)).values())
    assert followed[-1] > 5 * followed[len(followed) // 2]
    liked = sorted(Post.objects.values_list("like_count", flat=True))
    assert liked[-1] > 20 * (1 + liked[len(liked) // 2])


def test_ids_grow_with_time_and_nothing_is_younger_than_the_end(seeded: list[str]) -> None:
    rows = list(Post.objects.order_by("pk").values_list("public_id", "created_at"))
    assert rows == sorted(rows)
    assert {public_id.version for public_id, _at in rows} == {7}
    assert rows[-1][1] < UNTIL
    at = [moment for _id, moment in rows]
    assert at[-1] - at[-301] < (at[300] - at[0]) / 3, "the newest are the densest"
    for model, field in ((Like, "created_at"), (Follow, "created_at"), (Evidence, "happened_at")):
        assert not model.objects.filter(**{f"{field}__gt": UNTIL}).exists()
    assert not Like.objects.filter(created_at__lt=F("post__created_at")).exists()


def test_answers_are_younger_than_what_they_answer(seeded: list[str]) -> None:
    for field in ("reply_to", "repost_of", "quote_of"):
        answers = Post.objects.exclude(**{field: None})
        assert answers.exists()
        assert not answers.filter(created_at__lte=F(f"{field}__created_at")).exists()
    assert Post.objects.filter(reply_to__reply_to__isnull=False).exists(), "threads"
    assert not Post.objects.filter(repost_of__repost_of__isnull=False).exists()


def test_stock_stands_as_its_movements_say(seeded: list[str]) -> None:
    assert StockItem.objects.count() == Variant.objects.count()
    moved = dict(StockMovement.objects.values_list("variant_id", "after"))
    for item in StockItem.objects.all():
        assert (item.on_hand, item.reserved) == (moved.get(item.pk, 0), 0)
    assert 0 < StockItem.objects.filter(on_hand=0).count() < StockItem.objects.count() / 4
    assert set(Product.objects.values_list("variants__merchant", "merchant")) == {
        (shop.pk, shop.pk) for shop in Merchant.objects.all()
    }
    assert ProductCard.objects.filter(position=1).exists()


def test_interests_of_the_bench_come_from_what_they_did(seeded: list[str]) -> None:
    person = User.objects.get(handle="bench_300")
    kinds = set(Evidence.objects.filter(interest__user=person).values_list("kind", flat=True))
    assert kinds >= {"choice", "follow"}
    assert not InterestProfile.objects.exclude(due_at=None).exists()


def test_the_next_row_of_each_table_takes_a_key_of_its_own(seeded: list[str]) -> None:
    newest = Post.objects.latest("pk")
    person = User.objects.get(handle="bench_10")
    post = Post.objects.create(author=person, body="Next.", created_at=UNTIL)
    assert post.pk == newest.pk + 1
    with connection.cursor() as cursor:
        for model in filling.MODELS:
            if model._meta.pk.name != "id":
                continue
            cursor.execute(
                f"SELECT nextval(pg_get_serial_sequence('{model._meta.db_table}', 'id'))"
                f" > (SELECT max(id) FROM {model._meta.db_table})"
            )
            assert cursor.fetchone() == (True,), model


def test_a_second_seeding_is_refused(seeded: list[str]) -> None:
    for beside in (False, True):
        with pytest.raises(NotEmpty, match="has been seeded already"):
            filling.fill(SEED, beside=beside, tell=print)
    assert Post.objects.count() == SMALL.posts
