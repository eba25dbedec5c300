"""The cast of the tests of moderation, and what they do again and again."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from feeds import decisions, posts, reports
from feeds.models import Case, Decision, Ground, Post
from tests.market import person

WORDS = "It offers the same watch under five names."


def staff(handle: str = "ana") -> User:
    user = person(handle, handle.title())
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    return user


@pytest.fixture
def ana(db: None) -> User:
    return staff()


@pytest.fixture
def words(theo: User) -> Post:
    return posts.publish(theo, body="Five watches, one price", language="en")


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def reported(reporter: User, *, post: Post | None = None, them: User | None = None) -> Case:
    """The case of what `reporter` has reported as spam."""
    author = post.author if post else them
    assert author is not None
    return reports.report(reporter, person=author, post=post, ground=Ground.SPAM).case


def hidden(post: Post, *, by: User, reporter: User | None = None) -> Decision:
    """`post` was reported, and is hidden."""
    case = reported(reporter or by, post=post)
    return decisions.hide(case, by=by, ground=Ground.SPAM, words=WORDS)


def suspended(them: User, *, by: User) -> Decision:
    case = reported(by, them=them)
    return decisions.suspend(case, by=by, ground=Ground.HATE, words=WORDS)
