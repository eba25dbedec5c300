"""A reconciliation in people's words: what was compared, what the balance is made of, what was found."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from checkout.models import ReconciliationFinding
from shopping.templatetags.money import money

COMPARED = {
    "intents": _("payments at Stripe"),
    "refunds": _("refunds at Stripe"),
    "movements": _("movements at Stripe"),
    "checks": _("checks of our books"),
}
# What a run's balances hold, in the order of the sum.
FIGURES = {
    "ledger": _("our books"),
    "not_at_stripe": _("of which Stripe does not know"),
    "not_in_books": _("at Stripe, not in our books"),
    "later": _("moved after the balance was read"),
    "stripe": _("Stripe’s balance"),
}


def compared(counts: Mapping[str, int]) -> list[str]:
    """How many of each kind were compared, a line each."""
    return [f"{COMPARED[what]}: {number}" for what, number in counts.items()]


def balances(figures: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The figures of each currency, a line each."""
    return [
        f"{FIGURES[name]}: {money(amount, currency)}"
        for currency, each in figures.items()
        for name, amount in each.items()
    ]


def in_words(finding: ReconciliationFinding) -> str:
    """One line: what it is, of what, and both amounts."""
    return f"{finding}: {amounts(finding)}"


def amounts(finding: ReconciliationFinding) -> str:
    """“expected → found”, as money or as pieces."""

    def shown(amount: int | None) -> str:
        if amount is None:
            return "–"
        return money(amount, finding.currency) if finding.currency else str(amount)

    return f"{shown(finding.expected)} → {shown(finding.found)}"
