"""A person follows somebody who blocks them in the same moment."""

from __future__ import annotations

import pytest

from accounts.models import User
from feeds import blocks, follows
from feeds.models import Block, Follow
from tests.market import person
from tests.races.crowd import before_it_is_written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def star() -> User:
    return person("star", "A star")


@pytest.fixture
def fan() -> User:
    return person("fan", "A fan")


def test_a_follow_waits_for_a_block_that_is_being_written(star: User, fan: User) -> None:
    followed = before_it_is_written(
        lambda: blocks.block(star, blocked=fan), then=lambda: follows.follow(fan, followed=star)
    )
    assert isinstance(followed.exception(), blocks.Apart)
    assert not Follow.objects.exists()


def test_a_block_waits_for_a_follow_that_is_being_written_and_ends_it(
    star: User, fan: User
) -> None:
    blocked = before_it_is_written(
        lambda: follows.follow(fan, followed=star), then=lambda: blocks.block(star, blocked=fan)
    )
    assert blocked.exception() is None
    assert Block.objects.filter(blocker=star, blocked=fan).exists()
    assert not Follow.objects.exists()
