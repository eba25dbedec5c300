from __future__ import annotations

from celery import shared_task

from accounts import mails
from shopping.hints import begun


@shared_task(name=mails.SENDER)
def sweep_mails() -> None:
    """Send every mail whose time has come; woken by new mails, swept by beat."""
    begun(mails.SENDER)
    while mails.send_due() == mails.BATCH:
        pass
