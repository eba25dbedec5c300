"""A mail is a row first, goes out once, and is tried again until it is taken."""

from __future__ import annotations

from email.utils import parseaddr
from smtplib import SMTPRecipientsRefused
from threading import Barrier, Thread

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import connections, transaction
from django.utils import timezone

from accounts import mails
from accounts.models import OutgoingMail
from accounts.tasks import sweep_mails

pytestmark = pytest.mark.django_db(transaction=True)


def write(reference: str = "1", to: str = "mai@lefort.example", **words: str) -> None:
    content = {"subject": "Receipt", "text": "Thank you.", "html": "<p>Thank you.</p>", **words}
    with transaction.atomic():
        mails.enqueue(kind="receipt", reference=reference, to=to, **content)


class Refusing(EmailBackend):
    """Takes every mail but those to a name that is not there."""

    def send_messages(self, messages):
        for message in messages:
            if message.to == ["nobody@lefort.example"]:
                raise SMTPRecipientsRefused({"nobody@lefort.example": (550, b"no such user")})
        return super().send_messages(messages)


class Closed(EmailBackend):
    def open(self):
        raise ConnectionRefusedError("closed")


def make_due() -> None:
    OutgoingMail.objects.filter(sent_at=None).update(next_attempt_at=timezone.now())


def test_a_rolled_back_mail_is_not_sent():
    with transaction.atomic():
        mails.enqueue(kind="receipt", reference="1", to="a@b.example", subject="S", text="T")
        transaction.set_rollback(True)
    assert mails.send_due() == 0
    assert outbox.outbox == []


def test_it_goes_out_with_both_parts_and_is_done():
    write()
    assert mails.send_due() == 1
    [sent] = outbox.outbox
    assert (sent.to, sent.subject, sent.body) == (["mai@lefort.example"], "Receipt", "Thank you.")
    assert [(part.content, part.mimetype) for part in sent.alternatives] == [
        ("<p>Thank you.</p>", "text/html")
    ]
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    row = OutgoingMail.objects.get()
    assert (row.sent_at is None, row.next_attempt_at, row.attempts) == (False, None, 1)
    assert mails.send_due() == 0


def test_the_same_mail_twice_is_one():
    write()
    write(subject="Another word")
    write(to="lou@plage.example")
    assert list(OutgoingMail.objects.order_by("pk").values_list("to", "subject")) == [
        ("mai@lefort.example", "Receipt"),
        ("lou@plage.example", "Receipt"),
    ]


def test_a_line_break_in_a_subject_begins_no_header():
    write(subject="Order\r\nBcc: all@lefort.example")
    sweep_mails()
    [sent] = outbox.outbox
    assert sent.message()["Subject"] == "Order Bcc: all@lefort.example"
    assert sent.message()["Bcc"] is None


def test_eight_workers_send_twelve_mails_once_each():
    for number in range(12):
        write(str(number))
    start = Barrier(8)

    def work() -> None:
        start.wait()
        try:
            sweep_mails()
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outbox.outbox) == 12
    assert OutgoingMail.objects.filter(sent_at=None).count() == 0


def test_a_refused_address_does_not_hold_up_the_others(monkeypatch):
    monkeypatch.setattr(mails, "get_connection", lambda fail_silently: Refusing())
    write("1", to="nobody@lefort.example")
    write("2")
    assert mails.send_due() == 2
    assert [message.to for message in outbox.outbox] == [["mai@lefort.example"]]
    row = OutgoingMail.objects.get(reference="1")
    assert (row.sent_at, row.attempts) == (None, 1)
    assert "no such user" in row.last_error
    assert row.next_attempt_at > timezone.now()


def test_a_closed_mail_server_costs_a_wait_and_no_mail(monkeypatch):
    monkeypatch.setattr(mails, "get_connection", lambda fail_silently: Closed())
    write()
    assert mails.send_due() == 1
    assert mails.send_due() == 0
    monkeypatch.undo()
    make_due()
    assert mails.send_due() == 1
    assert len(outbox.outbox) == 1


def test_it_is_given_up_in_the_end(monkeypatch):
    monkeypatch.setattr(mails, "get_connection", lambda fail_silently: Closed())
    write()
    for _ in range(len(mails.BACKOFF) + 1):
        make_due()
        mails.send_due()
    row = OutgoingMail.objects.get()
    assert (row.sent_at, row.next_attempt_at, row.attempts) == (None, None, 8)


def test_a_worker_that_died_after_sending_repeats_with_the_same_message_id(monkeypatch):
    write()
    with monkeypatch.context() as dying:
        dying.setattr(mails.timezone, "now", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            mails.send_due()
    make_due()
    mails.send_due()
    first, second = outbox.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert OutgoingMail.objects.get().sent_at is not None


def test_a_mail_in_a_shops_name_comes_from_our_address(settings):
    settings.DEFAULT_FROM_EMAIL = "Étal <hello@etal.example>"
    shop = mails.Mail(
        kind="shop_message",
        reference="1",
        to="mai@lefort.example",
        subject="S",
        text="T",
        sender='Plage "& Fils"\r\nBcc: all@lefort.example',
        reply_to="orders@plage.example",
    )
    with transaction.atomic():
        mails.enqueue_all([shop])
    write(reference="2")
    assert mails.send_due() == 2
    by_reference = {each.subject: each for each in outbox.outbox}
    name, address = parseaddr(by_reference["S"].message()["From"])
    assert (name, address) == ('Plage "& Fils" Bcc: all@lefort.example', "hello@etal.example")
    assert by_reference["S"].message()["Reply-To"] == "orders@plage.example"
    assert by_reference["Receipt"].from_email == "Étal <hello@etal.example>"
    assert by_reference["Receipt"].reply_to == []
