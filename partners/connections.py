"""The apps that act for somebody, for the page of linked accounts and apps (`settings.OUTSIDE_APPS`)."""

from __future__ import annotations

from collections.abc import Sequence

from django.template.defaultfilters import date
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.connections import Connection
from accounts.models import User
from partners import grants
from partners.models import Consent


def of(user: User) -> Sequence[Connection]:
    """What apps may do in the name of `user` now, the newest first; one statement."""
    return [_connection(consent) for consent in grants.of(user)]


def _connection(consent: Consent) -> Connection:
    app = consent.application
    whose = _("An app of %(owner)s.") % {"owner": app.owner_name}
    for_whom = _("It acts for you.")
    if consent.merchant:
        for_whom = _("It acts for your shop %(shop)s.") % {"shop": consent.merchant.name}
    used = _("never used")
    if consent.last_used_at:
        used = _("last used on %(day)s") % {"day": date(consent.last_used_at, "DATE_FORMAT")}
    return Connection(
        name=app.name if app.live else f"{app.name} {_('(test)')}",
        detail=f"{whose} {for_whom}",
        since=consent.created_at,
        used=used,
        end=reverse("oauth:end", args=[app.public_id]),
        may=consent.words,
    )
