"""Stripe Tax: what an order is taxed, and the books that Stripe keeps of it.

https://docs.stripe.com/tax/custom
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import stripe

from checkout.gateway.client import client, errors
from checkout.gateway.values import Unknown

if TYPE_CHECKING:
    from stripe.params.tax import CalculationCreateParams, TransactionCreateReversalParams

# The address is no place that Stripe could say a tax for.
NO_PLACE = "customer_tax_location_invalid"
# https://docs.stripe.com/tax/tax-codes: "Shipping"
SHIPPING_CODE = "txcd_92010001"
# A call answers with the first lines alone; a list with up to so many.
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class TaxItem:
    """One line: `amount` is what is paid for all its pieces, in minor units, above zero.

    `reference` is ours; with `included` the amount holds the tax.
    """

    reference: str
    amount: int
    quantity: int
    tax_code: str
    included: bool


@dataclass(frozen=True, slots=True)
class TaxShipping:
    """All parcels together, as Stripe has it; minor units, above zero."""

    amount: int
    included: bool


@dataclass(frozen=True, slots=True)
class TaxQuestion:
    """All that a tax depends on; `country` is ISO 3166, `currency` in capitals."""

    currency: str
    country: str
    region: str
    postcode: str
    items: tuple[TaxItem, ...]
    shipping: TaxShipping | None


@dataclass(frozen=True, slots=True)
class Taxed:
    """The tax of one line or of shipping, minor units. `basis_points` is for showing alone."""

    tax: int
    basis_points: int
    included: bool


@dataclass(frozen=True, slots=True)
class Calculation:
    """Stripe's answer; `lines` by our references."""

    id: str
    lines: Mapping[str, Taxed]
    shipping: Taxed | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TaxRecorded:
    """An entry in Stripe's tax books; `lines`: our reference → Stripe's id of that line in it."""

    id: str
    lines: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LineBack:
    """What of a line is given back: `amount` in its line's own terms, of it or beside it `tax`."""

    line_id: str
    reference: str
    quantity: int
    amount: int
    tax: int


@dataclass(frozen=True, slots=True)
class Back:
    """What a refund takes back of an entry: all of it, `flat` minor units of it, or some parts.

    `shipping` is amount and tax, in the terms of LineBack.
    """

    everything: bool = False
    flat: int = 0
    lines: Sequence[LineBack] = ()
    shipping: tuple[int, int] | None = None


def calculate(question: TaxQuestion) -> Calculation:
    """What Stripe taxes `question`. Promises and records nothing.

    Raises Refused, with the code NO_PLACE for an address that says too little; Unknown.
    https://docs.stripe.com/api/tax/calculations/create
    """
    address = {"country": question.country}
    # An empty text would be taken for a wrong one.
    address |= {"state": question.region} if question.region else {}
    address |= {"postal_code": question.postcode} if question.postcode else {}
    params: CalculationCreateParams = {
        "currency": question.currency.lower(),
        "customer_details": {"address": address, "address_source": "shipping"},  # type: ignore[typeddict-item]
        "line_items": [
            {
                "reference": item.reference,
                "amount": item.amount,
                "quantity": item.quantity,
                "tax_code": item.tax_code,
                "tax_behavior": _behaviour(included=item.included),
            }
            for item in question.items
        ],
        "expand": ["line_items.data.tax_breakdown", "shipping_cost.tax_breakdown"],
    }
    if question.shipping:
        params["shipping_cost"] = {
            "amount": question.shipping.amount,
            "tax_code": SHIPPING_CODE,
            "tax_behavior": _behaviour(included=question.shipping.included),
        }
    with errors():
        made = client().v1.tax.calculations.create(params)
        return _calculation(made, _lines_of(made))


def commit(calculation_id: str, *, reference: str, key: str) -> TaxRecorded:
    """Record a sale in Stripe's tax books. `reference` is ours, and serves for one entry only.

    Raises Refused, Unknown. https://docs.stripe.com/api/tax/transactions/create_from_calculation
    """
    with errors():
        made = client().v1.tax.transactions.create_from_calculation(
            {
                "calculation": calculation_id,
                "reference": reference,
                "metadata": {"order": reference},
                "expand": ["line_items"],
            },
            options={"idempotency_key": key},
        )
        lines: Iterable[stripe.tax.TransactionLineItem] = made.line_items or ()
        if made.line_items and made.line_items.has_more:
            listed = client().v1.tax.transactions.line_items
            lines = listed.list(made.id, {"limit": MOST_LISTED}).auto_paging_iter()
        return TaxRecorded(made.id, {line.reference: line.id for line in lines})


def reverse_tax(transaction_id: str, back: Back, *, reference: str, key: str) -> str:
    """Take `back` out of a recorded sale; Stripe's id of the entry that does it.

    Raises Refused, Unknown. https://docs.stripe.com/api/tax/transactions/create_reversal
    """
    params: TransactionCreateReversalParams = {
        "mode": "full" if back.everything else "partial",
        "original_transaction": transaction_id,
        "reference": reference,
    }
    if back.flat:
        params["flat_amount"] = -back.flat
    if back.lines:
        params["line_items"] = [
            {
                "original_line_item": line.line_id,
                "reference": line.reference,
                "quantity": line.quantity,
                "amount": -line.amount,
                "amount_tax": -line.tax,
            }
            for line in back.lines
        ]
    if back.shipping:
        amount, tax = back.shipping
        params["shipping_cost"] = {"amount": -amount, "amount_tax": -tax}
    with errors():
        made = client().v1.tax.transactions.create_reversal(
            params, options={"idempotency_key": key}
        )
    return made.id


def _behaviour(*, included: bool) -> str:
    return "inclusive" if included else "exclusive"


def _lines_of(made: stripe.tax.Calculation) -> list[stripe.tax.CalculationLineItem]:
    if made.line_items and not made.line_items.has_more:
        return list(made.line_items)
    page = client().v1.tax.calculations.line_items.list(
        str(made.id), {"limit": MOST_LISTED, "expand": ["data.tax_breakdown"]}
    )
    return list(page.auto_paging_iter())


def _calculation(
    made: stripe.tax.Calculation, lines: Iterable[stripe.tax.CalculationLineItem]
) -> Calculation:
    """Raises Unknown where the parts are not the whole: such a figure must not be charged."""
    by_reference = {line.reference: _taxed(line) for line in lines}
    shipping = _taxed(made.shipping_cost) if made.shipping_cost else None
    parts = [*by_reference.values(), *([shipping] if shipping else [])]
    added = sum(part.tax for part in parts if not part.included)
    inside = sum(part.tax for part in parts if part.included)
    if (added, inside) != (made.tax_amount_exclusive, made.tax_amount_inclusive):
        raise Unknown(f"the taxes of {made.id} do not add up")
    return Calculation(
        id=str(made.id),
        lines=by_reference,
        shipping=shipping,
        expires_at=datetime.fromtimestamp(made.expires_at or 0, UTC),
    )


def _taxed(part: Any) -> Taxed:
    """A line, or the shipping cost."""
    breakdown = part.tax_breakdown if "tax_breakdown" in part else None
    return Taxed(
        tax=part.amount_tax,
        basis_points=_basis_points(part, breakdown or ()),
        included=part.tax_behavior == "inclusive",
    )


def _basis_points(part: Any, breakdown: Iterable[Any]) -> int:
    """What the taxes that were taken come to; several may be on one line, as in the US."""
    rates = [each.tax_rate_details for each in breakdown if each.amount]
    percent = sum((Decimal(rate.percentage_decimal) for rate in rates if rate), Decimal(0))
    if not percent and part.amount_tax:
        # Not told: as near as the rounded figures say.
        net = part.amount - (part.amount_tax if part.tax_behavior == "inclusive" else 0)
        percent = Decimal(100 * part.amount_tax) / max(net, 1)
    return int((percent * 100).quantize(Decimal(1), ROUND_HALF_UP))
