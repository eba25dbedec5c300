"""What a merchant is to do about a dispute: what to send, until when, and where."""

from __future__ import annotations

from babel.dates import format_date
from django.conf import settings
from django.utils.translation import gettext as _

from checkout.models import Dispute
from shopping.templatetags.money import language

Status = Dispute.Status
ANSWERABLE = (Status.WARNING_NEEDS_RESPONSE, Status.NEEDS_RESPONSE)


def todo(dispute: Dispute) -> str:
    """In the reader's language; for a dispute that nobody can answer any more, that nothing is."""
    if dispute.status not in ANSWERABLE:
        return _("Nothing: the bank has all that it asked for, or has decided.")
    words = [
        _(
            "Send what shows that the goods arrived: the carrier’s proof, the tracking number, what "
            "you and the shopper wrote."
        ),
        where(),
        until(dispute),
    ]
    return " ".join(filter(None, words))


def where() -> str:
    """Who takes the proof and gives it to the bank; empty where the operator has no address."""
    if not settings.OPERATOR_EMAIL:
        return ""
    return _("Send it to %(address)s.") % {"address": settings.OPERATOR_EMAIL}


def until(dispute: Dispute) -> str:
    """The bank's last day, as the reader writes days; empty where the bank names none."""
    if not dispute.due_by:
        return ""
    day = format_date(dispute.due_by, "d MMMM y", locale=language())
    return _("The bank wants an answer by %(day)s.") % {"day": day}
