"""What people let an app spend in their name: set with the consent or later, and asked at each order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from partners.agents import SPENDING
from partners.models import Allowance, Consent


@dataclass(frozen=True, slots=True)
class Bounds:
    """Amounts in minor units of `currency`; None: without that bound. `ends_on` is the last day."""

    currency: str
    per_order: int | None
    per_month: int | None
    ends_on: date | None


def suggested() -> Bounds:
    """What a consent's page begins with: little enough that nobody minds who only presses Allow."""
    ends = timezone.localdate() + timedelta(days=settings.ALLOWANCE_DAYS)
    currency, per_order, per_month = settings.ALLOWANCE
    return Bounds(currency, per_order, per_month, ends)


def needed(scopes: Iterable[str], *, merchant_id: int | None) -> bool:
    """Whether an app with these `scopes` could spend a person's money."""
    return merchant_id is None and not SPENDING.isdisjoint(scopes)


def of(consent: Consent) -> Allowance | None:
    """What holds for `consent`; None where it cannot spend, or was given before there were bounds."""
    return Allowance.objects.filter(consent=consent).first()


def bounds_of(row: Allowance) -> Bounds:
    """What a row says."""
    return Bounds(row.currency, row.per_order, row.per_month, row.ends_on)


def bound(consent: Consent, bounds: Bounds) -> Allowance:
    """Let no order by this consent go beyond `bounds` from now on.

    Locks the row: an order that is being placed is counted by the bounds before or by these, whole.
    Raises ValidationError where one order could be more than the month.
    """
    with transaction.atomic():
        Allowance.objects.select_for_update(no_key=True).filter(consent=consent).first()
        row = Allowance(
            pk=Allowance.objects.filter(consent=consent).values_list("pk", flat=True).first(),
            consent=consent,
            currency=bounds.currency,
            per_order=bounds.per_order,
            per_month=bounds.per_month,
            ends_on=bounds.ends_on,
        )
        row.full_clean(validate_unique=False)
        row.save()
    return row


def lock(consent_id: int) -> Allowance | None:
    """The allowance, locked until the caller's transaction ends, so that two orders at once are counted
    one after the other; None where nothing bounds this consent."""
    return (
        Allowance.objects.select_for_update(no_key=True, of=("self",))
        .filter(consent_id=consent_id)
        .first()
    )
