"""Market that is opened again: the same posts and the same interests are the same reading."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from feeds import interests, market, mutes, pool, posts, readings
from tests.feeds.talk import days, say
from tests.feeds.test_market import read_on, reading


@pytest.fixture(autouse=True)
def kept_pool(settings) -> Iterator[None]:
    """The candidates are kept, as in production, and not those of the test before."""
    settings.MARKET_POOL_SECONDS = 60
    pool._kept.clear()
    yield
    pool._kept.clear()


@pytest.fixture
def lamps(mai: User, theo: User) -> User:
    """Maï, who likes lamps, with a lamp and a newer novel to read."""
    say(theo, "a lamp", ago=days(2))
    say(theo, "a novel")
    interests.choose(mai, topic="lighting")
    return mai


def token(who: User) -> str:
    return market.read(reading(who)).reading


def test_what_is_the_same_is_neither_ranked_nor_kept_anew(lamps: User, monkeypatch) -> None:
    first = token(lamps)

    def never(*_args: object, **_words: object) -> None:
        raise AssertionError("this was done already")

    monkeypatch.setattr(market, "rank", never)
    monkeypatch.setattr(readings, "keep", never)
    assert token(lamps) == first
    assert read_on(reading(lamps)) == ["a lamp", "a novel"]


def test_another_interest_begins_another(lamps: User, theo: User) -> None:
    first = token(lamps)
    say(theo, "a bike", ago=days(3))
    pool._kept.clear()
    second = token(lamps)
    interests.choose(lamps, topic="cycling")
    third = token(lamps)
    assert len({first, second, third}) == 3
    assert read_on(reading(lamps)) == ["a lamp", "a bike", "a novel"]


def test_a_new_post_begins_another_and_is_read_once(lamps: User, theo: User) -> None:
    first = token(lamps)
    say(theo, "a poem")
    with CaptureQueriesContext(connection) as once:
        second = token(lamps)
    with CaptureQueriesContext(connection) as again:
        assert token(lamps) == second != first
    assert "a poem" in read_on(reading(lamps))
    # The candidate and what it says, and what she likes as of its moment.
    assert len(once) == len(again) + 3
    say(theo, "a song")
    assert token(lamps) != second
    assert "a song" in read_on(reading(lamps))


def test_a_reply_that_came_since_is_no_candidate(lamps: User, theo: User) -> None:
    token(lamps)
    posts.publish(theo, body="a reply", language="en", reply_to=say(theo, "a poem"))
    assert sorted(read_on(reading(lamps))) == ["a lamp", "a novel", "a poem"]


def test_nobody_gets_anothers(lamps: User, theo: User) -> None:
    interests.choose(theo, topic="lighting")
    assert len({token(lamps), token(theo), market.read(reading(None)).reading}) == 3


def test_interests_that_were_paused_or_deleted_are_not_used(lamps: User) -> None:
    first = token(lamps)
    interests.pause(lamps)
    paused = token(lamps)
    assert readings.is_shared(paused)
    assert read_on(reading(lamps)) == ["a novel", "a lamp"]
    interests.resume(lamps)
    assert token(lamps) not in {first, paused}
    interests.delete_all(lamps)
    assert token(lamps) == paused


def test_a_removed_interest_is_not_used_again(lamps: User) -> None:
    interests.read_due()
    assert read_on(reading(lamps)) == ["a lamp", "a novel"]
    interests.remove(lamps, topic="lighting")
    assert read_on(reading(lamps)) == ["a novel", "a lamp"]


def test_who_is_muted_meanwhile_is_left_out(lamps: User, theo: User) -> None:
    first = token(lamps)
    mutes.mute(lamps, muted=theo)
    assert token(lamps) == first
    assert read_on(reading(lamps)) == []


def test_other_candidates_are_other_readings_and_nothing_is_held_of_those_before(
    lamps: User,
) -> None:
    first = token(lamps)
    pool._kept.clear()
    assert token(lamps) != first
    (begun,) = market._begun
    assert begun.posts is pool.present()


def test_only_so_many_are_held(lamps: User, theo: User, monkeypatch) -> None:
    monkeypatch.setattr(market, "BEGUN", 1)
    interests.choose(theo, topic="lighting")
    assert token(lamps) == token(lamps)
    assert token(theo) != token(theo)
    assert list(market._begun[0].own) == [lamps.pk]
