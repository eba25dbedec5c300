"""`manage.py seed`: all or nothing, once, the same again, and not where something else is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import Settings

from accounts.models import User
from catalogue.models import Category, Product
from demo.seeding import filling, talk, users
from demo.seeding.filling import NotEmpty
from demo.seeding.sizes import Seed, Sizes, SizesRefused
from feeds.models import Follow, Hashtag, Interest, Like, Post
from tests.seeding.conftest import UNTIL

TINY = Sizes(people=60, posts=300, products=30, likes=500)
WORDS = {"people": 60, "posts": 300, "products": 30, "likes": 500}
ROWS: dict[Any, tuple[str, ...]] = {
    User: ("public_id", "handle", "display_name", "email", "created_at"),
    Follow: ("follower__handle", "followed__handle", "created_at"),
    Product: ("public_id", "title", "merchant__name", "status", "category__slug"),
    Post: (
        "public_id",
        "author__handle",
        "body",
        "like_count",
        "reply_to__public_id",
        "created_at",
    ),
    Like: ("user__handle", "post__public_id", "created_at"),
    Interest: ("user__handle", "topic"),
}


@pytest.fixture(autouse=True)
def development(settings: Settings, tmp_path: Path) -> None:
    settings.DEBUG = True
    settings.MEDIA_ROOT = tmp_path / "media"


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE indisvalid")
        found = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT conname FROM pg_constraint")
        return found | {name for (name,) in cursor.fetchall()}


def nothing_is_there() -> bool:
    models = (User, Product, Post, Like, Follow, Category, Hashtag)
    return not any(model.objects.exists() for model in models)


def rows(number: int) -> dict[Any, list[tuple[Any, ...]]]:
    """What a seeding writes, without its keys; taken back at once."""
    with transaction.atomic():
        filling.fill(Seed(TINY, number, UNTIL), tell=lambda _line: None)
        found = {
            model: list(model.objects.order_by("pk").values_list(*fields))
            for model, fields in ROWS.items()
        }
        transaction.set_rollback(True)
    return found


def test_the_same_number_gives_the_same_rows_again(db: None) -> None:
    assert rows(1) == rows(1)
    other = rows(2)
    for model in (Follow, Product, Post, Like, Interest):
        assert rows(1)[model] != other[model]


@pytest.mark.django_db(transaction=True)
def test_it_fills_an_empty_database_once(capsys: pytest.CaptureFixture[str]) -> None:
    with connection.cursor() as cursor:
        # What other tests deleted is still in the pages that ANALYZE looks at.
        cursor.execute("TRUNCATE feeds_post CASCADE")
    printed = StringIO()
    call_command("seed", **WORDS, until=UNTIL, stdout=printed)
    assert "Seeded " in printed.getvalue()
    assert Post.objects.count() == 300
    with connection.cursor() as cursor:
        cursor.execute("SELECT relallvisible, reltuples FROM pg_class WHERE relname = 'feeds_post'")
        visible, counted = cursor.fetchone()
    assert visible > 0, "VACUUM has seen it"
    assert counted == 300, "ANALYZE has counted it"
    with pytest.raises(CommandError, match=r"has been seeded already\. Nothing was changed\."):
        call_command("seed", **WORDS)
    assert Post.objects.count() == 300


def test_scale_shrinks_what_is_not_given() -> None:
    assert Sizes().scaled(0.01) == Sizes(1000, 10_000, 500, 50_000)
    with pytest.raises(CommandError, match="more than nothing"):
        call_command("seed", scale=0.0)


@pytest.mark.parametrize(
    "sizes",
    [Sizes(people=5), Sizes(posts=0), Sizes(products=0), Sizes(people=20, posts=10, likes=1000)],
)
def test_sizes_that_make_no_sense_are_refused(db: None, sizes: Sizes) -> None:
    with pytest.raises(SizesRefused):
        filling.fill(Seed(sizes, 1, UNTIL), tell=print)
    assert nothing_is_there()


def test_a_database_that_holds_something_is_refused_unless_told(db: None) -> None:
    somebody = User.objects.create_user("mai@example.org", handle="mai", display_name="Maï")
    mine = Post.objects.create(author=somebody, body="Here already.", created_at=UNTIL)
    with pytest.raises(CommandError, match=r"holds 1 people, 1 posts\. `--beside` seeds beside"):
        call_command("seed", **WORDS)
    assert User.objects.count() == 1
    filling.fill(Seed(TINY, 1, UNTIL), beside=True, tell=print)
    assert Post.objects.count() == 301
    assert Post.objects.filter(author=somebody).get() == mine
    assert min(Post.objects.exclude(pk=mine.pk).values_list("pk", flat=True)) > mine.pk
    with pytest.raises(NotEmpty, match="seeded already"):
        filling.fill(Seed(TINY, 1, UNTIL), beside=True, tell=print)


def test_production_is_refused_and_left_alone(db: None, settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG=true alone"):
        call_command("seed", **WORDS)
    assert nothing_is_there()


@pytest.mark.django_db(transaction=True)
def test_what_breaks_off_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = indexes()

    def broken(*_words: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(talk.Likes, "write", broken)
    with pytest.raises(RuntimeError, match="disk is full"):
        filling.fill(Seed(TINY, 1, UNTIL), tell=print)
    assert nothing_is_there()
    assert indexes() == before


@pytest.mark.django_db(transaction=True)
def test_rows_that_break_a_constraint_leave_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users.Crowd, "handle", lambda _self, _number: "always_the_same")
    with pytest.raises(Exception, match=r"user_handle_unique|user_email_unique"):
        filling.fill(Seed(TINY, 1, UNTIL), tell=print)
    assert nothing_is_there()


def test_killed_in_the_middle_it_leaves_nothing(
    database_url: str, redis_url: str, tmp_path: Path
) -> None:
    before = indexes()
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DEBUG": "true",
        "MEDIA_ROOT": str(tmp_path / "media"),
    }
    sizes = ["--people", "300", "--posts", "40000", "--products", "100", "--likes", "50000"]
    seeding = subprocess.Popen(
        [sys.executable, "manage.py", "seed", *sizes],
        cwd=site.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert seeding.stdout
    for line in seeding.stdout:
        if line.startswith("plan:"):
            seeding.send_signal(signal.SIGKILL)
            break
    seeding.stdout.close()
    assert seeding.wait() == -signal.SIGKILL
    with transaction.atomic(), connection.cursor() as cursor:
        # Once its session has ended, its locks are gone too.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [filling.LOCK])
    assert nothing_is_there()
    assert indexes() == before
    filling.fill(Seed(TINY, 1, UNTIL), tell=print)
    assert Post.objects.count() == 300
