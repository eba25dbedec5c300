"""Mails about notices: at once or once a day, each once, and stopped by one press."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_string

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import mails
from accounts.models import OutgoingMail, User
from feeds import follows, notice_mails, notice_preferences, notifications, posts
from feeds.models import Block, MailStop, NoticeMail, NoticeType, Notification, Post
from feeds.notice_preferences import Choice
from tests.feeds.conftest import person

pytestmark = pytest.mark.django_db


def choose(user: User, type: NoticeType, when: NoticeMail) -> None:
    notice_preferences.choose(user, [Choice(type, on_page=True, mail=when)], mails_stopped=False)


def write(author: User, body: str, *, reply_to: Post | None = None) -> Post:
    return posts.publish(author, body=body, language="en", reply_to=reply_to)


def fail() -> dict[str, str]:
    raise ZeroDivisionError


def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1, minutes=15)


def test_who_wants_answers_at_once_gets_one_mail_each(mai: User, theo: User) -> None:
    choose(mai, NoticeType.REPLY, NoticeMail.AT_ONCE)
    question = write(mai, "Which pair?")
    write(theo, "Coral", reply_to=question)
    write(theo, "Or lagoon", reply_to=question)
    assert notice_mails.send_due() == 1
    assert notice_mails.send_due() == 0
    sent = OutgoingMail.objects.order_by("pk")
    assert {each.subject for each in sent} == {"Théo Marin replied to your post"}
    assert sorted("lagoon" in each.text for each in sent) == [False, True]
    assert {each.to for each in sent} == {"mai@etal.example"}


def test_the_days_news_come_in_one_mail_in_their_language(mai: User, theo: User) -> None:
    User.objects.filter(pk=mai.pk).update(locale="fr")
    write(theo, "Coral & sand", reply_to=write(mai, "Which pair?"))
    follows.follow(theo, followed=mai)
    assert notice_mails.send_due() == 0
    assert notice_mails.write(mai.pk, now=tomorrow())
    assert not notice_mails.write(mai.pk, now=tomorrow())
    letter = OutgoingMail.objects.get()
    assert letter.subject == "Théo Marin vous suit, et 1 autre notification"
    assert "Théo Marin a répondu à votre post\nCoral & sand" in letter.text
    assert "Coral &amp; sand" in letter.html


def test_what_was_read_or_is_gone_is_not_mailed(mai: User, theo: User) -> None:
    ines = person("ines", "Inès")
    posts.delete(write(theo, "Coral, @mai"))
    follows.follow(theo, followed=mai)
    notifications.read(Notification.objects.get(type="follow"))
    follows.follow(ines, followed=mai)
    Block.objects.create(blocker=mai, blocked=ines)
    assert not notice_mails.write(mai.pk, now=tomorrow())
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("change", ["stopped", "never"])
def test_who_changed_their_mind_gets_none(mai: User, theo: User, change: str) -> None:
    follows.follow(theo, followed=mai)
    if change == "stopped":
        notice_preferences.stop_mails(mai)
    else:
        choose(mai, NoticeType.FOLLOW, NoticeMail.NEVER)
    assert not notice_mails.write(mai.pk, now=tomorrow())


def test_a_mail_that_fails_keeps_nobody_from_theirs(
    mai: User, theo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reader in (mai, theo):
        choose(reader, NoticeType.REPLY, NoticeMail.AT_ONCE)
    write(theo, "Coral", reply_to=write(mai, "Which pair?"))
    write(mai, "Lagoon", reply_to=write(theo, "Which towel?"))
    first = min(mai, theo, key=lambda person: person.pk)
    foot = notice_preferences.foot
    with monkeypatch.context() as patch:
        patch.setattr(
            notice_preferences, "foot", lambda user: fail() if user == first else foot(user)
        )
        assert notice_mails.send_due() == 2
    (sent,) = OutgoingMail.objects.all()
    assert sent.to != first.email
    # Theirs is tried again, and not at once: however many of them there are, others have their turn.
    assert notice_mails.send_due() == 0
    Notification.objects.filter(mail_due_at__isnull=False).update(mail_due_at=timezone.now())
    assert notice_mails.send_due() == 1
    assert OutgoingMail.objects.filter(to=first.email).count() == 1


def test_likes_are_mailed_to_nobody_who_did_not_ask(mai: User, theo: User) -> None:
    posts.like(write(mai, "Sand"), user=theo)
    assert Notification.objects.get().mail_due_at is None
    choose(mai, NoticeType.LIKE, NoticeMail.DAILY)
    posts.like(write(mai, "Sun"), user=theo)
    assert Notification.objects.filter(mail_due_at__isnull=False).count() == 1


def test_a_digest_goes_out_at_seven() -> None:
    def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
        return datetime(2026, 6, day, hour, minute, tzinfo=UTC)

    assert notifications.next_digest(at(6, 49)) == at(7)
    # Told so late, it may not be committed by then.
    assert notifications.next_digest(at(6, 55)) == at(7, day=2)
    assert notifications.next_digest(at(23)) == at(7, day=2)


def test_one_press_stops_the_mails_without_signing_in(
    client: Client, mai: User, theo: User
) -> None:
    choose(mai, NoticeType.FOLLOW, NoticeMail.DAILY)
    follows.follow(theo, followed=mai)
    notice_mails.write(mai.pk, now=tomorrow())
    mails.send_due()
    (letter,) = mail.outbox
    headers = message_from_string(letter.message().as_string())
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = "".join(str(headers["List-Unsubscribe"]).split()).strip("<>")
    path = "/" + address.split("/", 3)[3]
    assert address in str(letter.body)
    assert "Stop the mails?" in client.get(path).content.decode()
    assert not MailStop.objects.exists()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert MailStop.objects.get().user == mai
    assert client.get(path[:-3] + "x/").status_code == 404
