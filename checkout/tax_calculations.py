"""Taxes as Stripe Tax computes them, where TAXES says so: asked outside, used inside a transaction.

A quote reads the answer to its very question, found by the question's digest, and asks nobody. Where
there is none it raises NeedsTax, before anything is written; whoever may wait for strangers asks
Stripe (`once_more`) and tries again. What is shown and what is charged so come from one answer.
docs/adr/0035 says more.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import postal
from checkout import gateway
from checkout.errors import CheckoutError
from checkout.gateway import Calculation, Taxed, TaxItem, TaxQuestion, TaxShipping
from checkout.models import TaxCalculation
from checkout.tax_errors import NeedsTax, TaxAddressUnclear, TaxError, TaxUnknown
from shopping import rows
from shopping.money import Money, split

if TYPE_CHECKING:
    from checkout.quotes import Quote, QuoteDelivery, QuoteLine

log = logging.getLogger(__name__)
T = TypeVar("T")

# Stripe keeps an answer for 90 days; ours has to follow the law sooner than that.
LASTS = timedelta(hours=1)
# How long Stripe is not asked again about an address that it knows no tax for, and after a failure.
REFUSAL_LASTS = timedelta(minutes=5)
FAILURE_LASTS = timedelta(seconds=5)
FAILED = "failed"
# The reference of parcels whose goods cost nothing: Stripe takes no shipping without a line.
DELIVERY = "delivery"
FIND = "WHERE t.digest = %s AND t.expires_at > now()"
TAKE = "DELETE FROM checkout_taxcalculation WHERE stripe_id = %s RETURNING id"
# The first answer counts until it expires, so that all who ask at once see the same figures.
KEEP = """
INSERT INTO checkout_taxcalculation AS t (digest, stripe_id, result, refusal, expires_at)
VALUES (%s, %s, %s::jsonb, %s, %s)
ON CONFLICT (digest) DO UPDATE SET stripe_id = excluded.stripe_id, result = excluded.result,
    refusal = excluded.refusal, expires_at = excluded.expires_at
WHERE t.expires_at <= now()
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a quote's taxes come from: Stripe's calculation, and what it was asked."""

    stripe_id: str
    question: TaxQuestion


def taxed(quoted: Quote, *, region: str, postcode: str) -> Quote:
    """`quoted`, whose discounts are taken off, with Stripe's taxes in place of ours.

    One statement, and no call. Raises NeedsTax where Stripe has not answered this question yet or
    the answer has expired; TaxAddressUnclear and TaxUnknown for what it could not answer just now.
    """
    question = _question(quoted, region=region, postcode=postcode)
    before = _carried(quoted, {}, shipping=None)
    if question is None:
        return before
    found = rows.fetch(TaxCalculation, FIND, [digest_of(question)])
    if not found:
        raise NeedsTax(question, before)
    if found[0].refusal:
        raise _refusal(found[0].refusal, before)
    lines = {name: Taxed(*values) for name, values in found[0].result["lines"].items()}
    shipping = found[0].result["shipping"]
    carried = _carried(
        quoted, lines, shipping=Taxed(*shipping) if shipping else lines.get(DELIVERY)
    )
    return replace(carried, answer=Answer(found[0].stripe_id, question))


def take(quoted: Quote) -> None:
    """Keep the answer for the one order that is placed with it: Stripe records it as that one's.

    In the caller's transaction; locks the answer. Raises NeedsTax where another order has just
    taken it. Runs nothing where our own rates count.
    """
    if quoted.answer and not rows.run(TAKE, [quoted.answer.stripe_id]):
        raise NeedsTax(quoted.answer.question, quoted)


def once_more(ask: Callable[[], T]) -> T:
    """What `ask` gives; where it needs a tax, Stripe is asked for that and `ask` once more.

    Never inside a transaction. Raises what `ask` does: NeedsTax if something else changed meanwhile.
    """
    try:
        return ask()
    except NeedsTax as needed:
        fetch(needed)
    return ask()


def priced(ask: Callable[[], Quote]) -> tuple[Quote | None, CheckoutError | None]:
    """The quote that `ask` gives, by `once_more`, or else why there is none."""
    try:
        return once_more(ask), None
    except CheckoutError as problem:
        return None, problem


def fetch(needed: NeedsTax) -> None:
    """Ask Stripe, and keep the answer for all who ask the same.

    Raises TaxAddressUnclear, TaxUnknown, and RuntimeError inside a transaction.
    """
    with transaction.atomic(durable=True):
        pass  # A lock must not wait for Stripe.
    digest = digest_of(needed.question)
    try:
        answer = gateway.calculate(needed.question)
    except gateway.GatewayError as error:
        is_place = isinstance(error, gateway.Refused) and error.code == gateway.NO_PLACE
        refusal = gateway.NO_PLACE if is_place else FAILED
        if not is_place:
            log.error("Stripe computes no tax: %s", error)
        until = timezone.now() + (REFUSAL_LASTS if is_place else FAILURE_LASTS)
        rows.run(KEEP, [digest, "", "{}", refusal, until])
        raise _refusal(refusal, needed.before) from error
    until = min(answer.expires_at, timezone.now() + LASTS)
    rows.run(KEEP, [digest, answer.id, _kept(answer), "", until])


def forget_expired() -> int:
    """Delete what nobody may use any more. Returns how many there were."""
    return TaxCalculation.objects.filter(expires_at__lte=timezone.now()).delete()[0]


def digest_of(question: TaxQuestion) -> str:
    """All that the tax depends on, in 64 characters."""
    return hashlib.sha256(json.dumps(asdict(question), sort_keys=True).encode()).hexdigest()


def _refusal(refusal: str, before: Quote) -> TaxError:
    return TaxAddressUnclear(before) if refusal == gateway.NO_PLACE else TaxUnknown(before)


def _kept(answer: Calculation) -> str:
    def values(part: Taxed) -> list[Any]:
        return [part.tax, part.basis_points, part.included]

    lines = {name: values(part) for name, part in answer.lines.items()}
    shipping = values(answer.shipping) if answer.shipping else None
    return json.dumps({"lines": lines, "shipping": shipping})


def _question(quoted: Quote, *, region: str, postcode: str) -> TaxQuestion | None:
    """What to ask Stripe of `quoted`; None where nothing is paid, and so nothing taxed.

    The country's own rates say whether its prices hold the tax; the rest of them does not count.
    """
    country = quoted.country
    items = tuple(
        TaxItem(
            reference=str(line.variant.public_id),
            amount=_paid(line),
            quantity=line.quantity,
            tax_code=settings.TAX_CODES[line.product.tax_kind],
            included=line.tax_is_included,
        )
        for line in quoted.lines
        if _paid(line)
    )
    parcels = sum(_paid(each) for each in quoted.deliveries)
    included = all(each.tax_is_included for each in quoted.deliveries)
    shipping = TaxShipping(parcels, included) if parcels else None
    if shipping and not items:
        items = (TaxItem(DELIVERY, parcels, 1, gateway.SHIPPING_CODE, included),)
        shipping = None
    if not items:
        return None
    return TaxQuestion(
        currency=quoted.currency,
        country=country,
        region=postal.region_code(region, country=country),
        postcode=postal.tidy_postcode(postcode, country=country),
        items=items,
        shipping=shipping,
    )


def _paid(part: QuoteLine | QuoteDelivery) -> int:
    """Minor units that are paid for a line or a parcel, without tax on top."""
    amount = part.amount if hasattr(part, "amount") else part.total
    return amount.amount - part.discount


def _carried(quoted: Quote, answers: Mapping[str, Taxed], *, shipping: Taxed | None) -> Quote:
    """`quoted` with these taxes, and totals that are their sums."""
    lines = tuple(_line(line, answers.get(str(line.variant.public_id))) for line in quoted.lines)
    deliveries = _deliveries(quoted.deliveries, shipping)
    parts: list[QuoteLine | QuoteDelivery] = [*lines, *deliveries]
    nothing = Money(0, quoted.currency)
    added = sum((part.tax for part in parts if not part.tax_is_included), nothing)
    return replace(
        quoted,
        lines=lines,
        deliveries=deliveries,
        tax_added=added,
        tax_included=sum((part.tax for part in parts if part.tax_is_included), nothing),
        total=quoted.total - quoted.tax_added + added,
    )


def _line(line: QuoteLine, answer: Taxed | None) -> QuoteLine:
    return replace(
        line,
        tax=Money(answer.tax if answer else 0, line.total.currency),
        tax_bps=answer.basis_points if answer else 0,
        tax_is_included=answer.included if answer else line.tax_is_included,
    )


def _deliveries(
    deliveries: Sequence[QuoteDelivery], shipping: Taxed | None
) -> tuple[QuoteDelivery, ...]:
    """Each parcel with its share of shipping's one tax."""
    shares = split(shipping.tax if shipping else 0, [_paid(each) for each in deliveries])
    return tuple(
        replace(
            each,
            tax=Money(tax, each.amount.currency),
            tax_bps=shipping.basis_points if shipping else 0,
            tax_is_included=shipping.included if shipping else each.tax_is_included,
        )
        for each, tax in zip(deliveries, shares, strict=True)
    )
