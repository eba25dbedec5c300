"""Two workers write the same person's digest; two people like a post in the same moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import OutgoingMail, User
from feeds import follows, notice_mails, posts
from feeds.models import Notification
from tests.market import person
from tests.races.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mai() -> User:
    return person("mai", "Maï Lefort")


def test_a_digest_is_written_once(mai: User) -> None:
    for number in range(3):
        follows.follow(person(f"fan{number}", f"Fan {number}"), followed=mai)
    due = timezone.now() + timedelta(days=1, minutes=15)
    wrote = at_once([lambda: notice_mails.write(mai.pk, now=due) for _ in range(4)])
    assert sorted(wrote, key=str) == [False, False, False, True]
    assert OutgoingMail.objects.count() == 1


def test_likes_in_the_same_moment_are_one_notice(mai: User) -> None:
    post = posts.publish(mai, body="Sand", language="en")
    fans = [person(f"fan{number}", f"Fan {number}") for number in range(6)]
    likes = at_once([lambda fan=fan: posts.like(post, user=fan) for fan in fans])
    assert likes == [None] * 6
    notice = Notification.objects.get()
    assert notice.others == 5
