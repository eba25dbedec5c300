"""The apps that act for somebody, for the page of linked accounts and apps (`settings.OUTSIDE_APPS`)."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.template.defaultfilters import date
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.connections import Act, Connection
from accounts.models import User
from partners import allowances, grants
from partners.models import Consent
from shopping.templatetags.money import money


def of(user: User) -> Sequence[Connection]:
    """What apps may do in the name of `user` now, the newest first, and what those that can spend
    bought; two statements."""
    consents = list(grants.of(user).select_related("allowance"))
    spending = [
        each for each in consents if allowances.needed(each.scopes, merchant_id=each.merchant_id)
    ]
    bought = import_string(settings.AGENT_ACTS)(spending)
    return [_connection(consent, bought.get(consent.pk)) for consent in consents]


def _connection(consent: Consent, acts: Sequence[Act] | None) -> Connection:
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
        acts=acts,
        change=reverse("oauth:bounds", args=[consent.public_id]) if acts is not None else "",
        bounds=_bounds(consent) if acts is not None else "",
    )


def _bounds(consent: Consent) -> str:
    """How much an app may spend, in words."""
    row = getattr(consent, "allowance", None)
    if row is None:
        return _("As much as it likes.")
    said = []
    if row.per_order is not None:
        said.append(_("%(amount)s in one order") % {"amount": money(row.per_order, row.currency)})
    if row.per_month is not None:
        said.append(_("%(amount)s in a month") % {"amount": money(row.per_month, row.currency)})
    if row.ends_on is not None:
        said.append(_("until %(day)s") % {"day": date(row.ends_on, "DATE_FORMAT")})
    return ", ".join(said) or _("As much as it likes, in %(currency)s.") % {
        "currency": row.currency
    }
