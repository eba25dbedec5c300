"""Two workers, one pile of mails: what one has in hand, the other passes over."""

from __future__ import annotations

from threading import Thread

import pytest
from django.core import mail as outbox
from django.db import connections, transaction

from accounts import mails
from accounts.models import OutgoingMail

# A worker that does not pass over waits for us, and we for it, without an end.
HANG_SECONDS = 20


@pytest.mark.django_db(transaction=True)
def test_a_worker_passes_over_what_another_is_taking():
    for reference in ("1", "2"):
        with transaction.atomic():
            mails.enqueue(
                kind="receipt",
                reference=reference,
                to="mai@lefort.example",
                subject=reference,
                text="T",
            )

    def work() -> None:
        try:
            mails.send_due()
        finally:
            connections.close_all()

    with transaction.atomic():
        OutgoingMail.objects.select_for_update().get(reference="1")
        other = Thread(target=work)
        other.start()
        other.join(HANG_SECONDS)
        sent = [message.subject for message in outbox.outbox]
    other.join()
    assert sent == ["2"]
    assert mails.send_due() == 1
    assert [message.subject for message in outbox.outbox] == ["2", "1"]
