from __future__ import annotations

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import emptying, mails
from shopping.hints import begun


@shared_task(name=mails.SENDER)
def sweep_mails() -> None:
    """Send every mail whose time has come; woken by new mails, swept by beat."""
    begun(mails.SENDER)
    while mails.send_due() == mails.BATCH:
        pass


@shared_task(name="accounts.sweep_sessions")
def sweep_sessions() -> None:
    """Delete what nobody can be signed in by any more."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


@shared_task(name="accounts.sweep_old_mails")
def sweep_old_mails() -> None:
    """Forget mails of long ago."""
    while mails.forget_old():
        pass


@shared_task(name="accounts.sweep_retired_handles")
def sweep_retired_handles() -> None:
    """Let handles be taken again."""
    emptying.forget_retired()
