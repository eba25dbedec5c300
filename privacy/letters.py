"""What people are told about their data: a mail, and a notice where they still have an account."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import mails
from accounts.models import User
from accounts.personal import FAREWELL
from feeds import notifications
from feeds.models import NoticeType
from privacy.models import Erasure, Export


def page() -> str:
    """The address of their page about their data; a link in a mail opens nothing without signing in."""
    return f"{settings.PUBLIC_URL}{reverse('privacy:data')}"


def export_made(export: Export) -> None:
    """In the caller's transaction."""
    with translation.override(export.user.locale):
        _write(
            export.user, "export-made", str(export.public_id), _("The copy of your data is ready")
        )
    _tell(export.user, "export_made", f"export:{export.pk}")


def erasure_asked(erasure: Erasure) -> None:
    """In the caller's transaction."""
    with translation.override(erasure.user.locale):
        day = date_format(erasure.due_at, "DATE_FORMAT") if erasure.due_at else ""
        subject = _("Your account will be deleted on %(day)s") % {"day": day}
        _write(erasure.user, "erasure-asked", str(erasure.pk), subject, day=day)
    _tell(erasure.user, "erasure_asked", f"erasure:{erasure.pk}")


def erasure_undone(erasure: Erasure) -> None:
    """In the caller's transaction."""
    with translation.override(erasure.user.locale):
        _write(erasure.user, "erasure-undone", str(erasure.pk), _("Your account stays"))
    _tell(erasure.user, "erasure_undone", f"erasure-undone:{erasure.pk}")


def erasure_begun(erasure: Erasure) -> None:
    """The last mail to them, in the caller's transaction."""
    with translation.override(erasure.user.locale):
        _write(erasure.user, FAREWELL, str(erasure.pk), _("Your account is deleted"))


def _write(person: User, kind: str, reference: str, subject: str, **said: str) -> None:
    context = {"page": page(), **said}
    text = render_to_string(f"privacy/mails/{kind}.txt", context)
    mails.enqueue(kind=kind, reference=reference, to=str(person.email), subject=subject, text=text)


def _tell(person: User, what: str, reference: str) -> None:
    data = {"what": what, "link": reverse("privacy:data")}
    notifications.tell(person.pk, NoticeType.ACCOUNT, reference=reference, data=data)
