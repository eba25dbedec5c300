"""An order's history and refunds in the words of those who look after it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from babel.numbers import format_percent
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from checkout import ledger, refunds
from checkout.models import Order, OrderLine, Refund
from shopping.money import Money
from shopping.templatetags.money import language, money

HAPPENED: dict[str, Promise] = {
    "order.placed": _("Placed"),
    "order.paid": pgettext_lazy("an order's history", "Paid"),
    "order.cancelled": _("Cancelled"),
    "order.claimed": _("Added to the shopper’s account"),
    "order.dispute_warning_needs_response": _("The bank asks about the payment"),
    "order.dispute_warning_under_review": _("The bank reads our answer"),
    "order.dispute_warning_closed": _("The bank asks no more"),
    "order.dispute_needs_response": _("The bank has taken the payment back"),
    "order.dispute_under_review": _("The bank reads our proof"),
    "order.dispute_won": _("The dispute is won"),
    "order.dispute_lost": _("The dispute is lost"),
    "order.dispute_prevented": _("The dispute was settled before it began"),
    "order.dispute_changed": _("The bank disputes another amount, or until another day"),
    "payment.declined": _("The bank declined the card"),
    "payment.second": _("A second payment arrived, and goes back"),
    "refund.requested": _("A refund is asked of the bank"),
    "refund.succeeded": _("The refund is given to the shopper’s bank"),
    "refund.failed": _("The shopper’s bank did not take the refund"),
    "transfer.succeeded": _("The shop’s part is sent to it"),
    "transfer.dropped": _("The shop’s part is not sent"),
}
# Reasons that we write ourselves; what a person wrote is read as it is.
REASONS: dict[str, Promise] = {
    "shopper": _("cancelled by the shopper"),
    "shop": _("cancelled by the shop"),
    refunds.LATE: _("paid after its time"),
    refunds.SECOND: _("paid twice"),
    refunds.AT_STRIPE: _("made in Stripe’s dashboard"),
}


def happened(type: str) -> str:
    """What an event of the history says; one that has no words yet by its name."""
    return str(HAPPENED.get(type, type))


def bare_number(text: str) -> str:
    """What people write for an order's number (É-20418, e-20418, 20418) in its digits alone; any other
    text as it is, without the space around it."""
    text = text.strip()
    digits = text.upper().removeprefix("É-").removeprefix("E-")
    return digits if digits.isascii() and digits.isdigit() else text


def via(line: OrderLine) -> str:
    """Who brought it, and what they got of it when it was sold: "via The Quiet House, 8 %, €2.72"."""
    if line.partner is None:
        return ""
    name = _("via %(partner)s") % {"partner": line.partner.name}
    if not line.commission_bps:
        return name
    share = format_percent(
        line.commission_bps / 10_000, locale=language(), decimal_quantization=False
    )
    return f"{name}, {share}, {money(line.commission, line.order.currency)}"


def own_sum(order: Any) -> Money:
    """What those parts of an order come to that were read as `own_lines` and `own_deliveries`."""
    parts = [*order.own_lines, *order.own_deliveries]
    sums = [line.total for line in order.own_lines]
    sums += [delivery.amount for delivery in order.own_deliveries]
    sums += [part.tax for part in parts if not part.tax_is_included]
    sums += [-part.discount for part in parts]
    return Money(sum(sums), order.currency)


def refunds_of(order: Order, merchant_ids: Collection[int]) -> str:
    """A line a refund, oldest first: what it takes of those merchants, why, and how far it is."""
    found = Refund.objects.filter(payment__order=order).select_related("payment").order_by("id")
    rows = []
    for refund in found:
        taken = ledger.taken_by(refund)
        amount = sum(taken[key][0] for key in taken.keys() & set(merchant_ids))
        if amount:
            why = REASONS.get(refund.reason, refund.reason)
            shown = money(Money(amount, order.currency))
            rows.append((shown, why, refund.get_status_display()))
    return format_html_join(SafeString("<br>"), "{}, {}, {}", rows)
