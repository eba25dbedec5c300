"""Workers at the same digests and reminders; people who like a post in the same moment."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import OutgoingMail, User
from catalogue import drops
from catalogue.models import Drop, DropReminder, Variant
from feeds import drop_notices, follows, notice_mails, notifications, posts
from feeds.models import NoticeType, Notification
from tests.market import person
from tests.races.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
LIKE = NoticeType.LIKE
FANS = 12
ROUNDS = 5


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


def test_who_waits_for_a_drop_is_told_by_one_worker(flipflops: Variant) -> None:
    drop = Drop(product=flipflops.product, opens_at=timezone.now() + drops.LEAD / 2)
    drop.save()
    for number in range(FANS):
        user = person(f"fan{number}", f"Fan {number}")
        DropReminder.objects.create(user=user, drop=drop)
    took = at_once([drop_notices.tell] * 4)
    assert sum(took) == FANS
    assert Notification.objects.count() == OutgoingMail.objects.count() == FANS
    assert drop_notices.tell() == 0


def test_what_is_gathered_in_the_same_moment_is_counted(mai: User) -> None:
    post = posts.publish(mai, body="Sand", language="en")
    fans = [person(f"fan{number}", f"Fan {number}") for number in range(FANS)]
    # By themselves: the verbs that call it hold the post meanwhile, and so come one by one.
    for turn in range(ROUNDS):
        Notification.objects.all().delete()
        acts = [
            partial(
                notifications.gather, LIKE, post=post, actor_id=fan.pk, key=turn * FANS + number
            )
            for number, fan in enumerate(fans)
        ]
        assert at_once(acts) == [None] * FANS
        assert Notification.objects.get().data["count"] == FANS


def test_likes_in_the_same_moment_are_one_notice(mai: User) -> None:
    post = posts.publish(mai, body="Sand", language="en")
    fans = [person(f"fan{number}", f"Fan {number}") for number in range(6)]
    likes = at_once([lambda fan=fan: posts.like(post, user=fan) for fan in fans])
    assert likes == [None] * 6
    notice = Notification.objects.get()
    assert notice.others == 5
