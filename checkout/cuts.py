"""Offers carried over into a quote: each line's share, its tax on the rest, and the lines to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language

from checkout import codes, discounts, taxes
from checkout.codes import CodeRefused
from checkout.discounts import Part, Taken
from checkout.models import OfferUse, Order, OrderDiscount
from checkout.offers import Claim, Offered, person
from shopping.money import Money, step

if TYPE_CHECKING:
    from checkout.quotes import QuoteDelivery, QuoteLine


@dataclass(frozen=True, slots=True)
class CutLine:
    """What one offer takes off one merchant's part."""

    offer: Offered
    merchant_pk: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Cut:
    """All that offers take off; `refusals` say why codes that were typed are not among them.

    `shares` has for each offer what it takes off each line and then each parcel, in minor units.
    """

    lines: tuple[CutLine, ...]
    total: Money
    code: str = ""
    refusals: tuple[CodeRefused, ...] = ()
    shares: tuple[tuple[Offered, tuple[int, ...]], ...] = ()

    @property
    def refusal(self) -> CodeRefused | None:
        """Why the first code that does not count does not."""
        return self.refusals[0] if self.refusals else None

    @property
    def shown(self) -> list[tuple[str, Money]]:
        """Label and amount below zero of each offer, its merchants together."""
        sums: dict[int, tuple[str, Money]] = {}
        for line in self.lines:
            key = line.offer.rule.key
            before = sums[key][1] if key in sums else Money(0, line.amount.currency)
            sums[key] = (line.offer.label, before - line.amount)
        return list(sums.values())

    @property
    def limited(self) -> list[int]:
        """Primary keys of the offers that count how often they are used."""
        return sorted({line.offer.rule.key for line in self.lines if line.offer.is_limited})


def cut(
    lines: Sequence[QuoteLine],
    deliveries: Sequence[QuoteDelivery],
    offered: Sequence[Offered],
    *,
    claim: Claim,
    currency: str,
) -> tuple[tuple[QuoteLine, ...], tuple[QuoteDelivery, ...], Cut]:
    """`lines` and `deliveries` with their discounts and the tax on what is left, and what it is."""
    parts = [Part(line.merchant.pk, line.total.amount) for line in lines]
    parts += [Part(each.merchant.pk, each.amount.amount, is_parcel=True) for each in deliveries]
    automatic = [
        each.rule
        for each in offered
        if not each.code and each.standing == "good" and each.currency in ("", currency)
    ]
    typed, refusals = _typed(offered, parts, claim=claim, currency=currency)
    rules = [each.rule for each in typed]
    taken = discounts.take(parts, automatic=automatic, codes=rules, step=step(currency))
    counted = {each.rule for each in taken}
    refusals += [
        CodeRefused("nothing", code=each.code) for each in typed if each.rule not in counted
    ]
    by_key = {each.rule.key: each for each in offered}
    found = tuple(
        line for each in taken for line in _lines(by_key[each.rule.key], each, parts, currency)
    )
    shares = [sum(each) for each in zip(*(each.shares for each in taken), strict=True)]
    total = Money(sum(shares), currency)
    less, fewer = tuple(lines), tuple(deliveries)
    if shares:
        less = tuple(_line(each, share) for each, share in zip(lines, shares, strict=False))
        rest = shares[len(lines) :]
        fewer = tuple(_delivery(each, share) for each, share in zip(deliveries, rest, strict=True))
    each_takes = tuple((by_key[each.rule.key], each.shares) for each in taken)
    return less, fewer, Cut(found, total, claim.code, tuple(refusals), each_takes)


def rows_of(order: Order, cut: Cut) -> tuple[list[OrderDiscount], list[OfferUse]]:
    """The rows, not written yet, that say what `order` was given and what it holds of limits."""
    given = [
        OrderDiscount(
            order=order,
            offer_id=line.offer.rule.key,
            merchant_id=line.merchant_pk,
            label=line.offer.label,
            amount=line.amount.amount,
            by_platform=line.offer.rule.merchant is None,
        )
        for line in cut.lines
    ]
    email = person(order.email)
    held = [
        OfferUse(order=order, offer_id=key, principal=order.principal, email=email)
        for key in cut.limited
    ]
    return given, held


def _line(line: QuoteLine, share: int) -> QuoteLine:
    paid = line.total - Money(share, line.total.currency)
    tax = taxes.of(paid, basis_points=line.tax_bps, included=line.tax_is_included)
    return replace(line, discount=share, tax=tax)


def _delivery(delivery: QuoteDelivery, share: int) -> QuoteDelivery:
    paid = delivery.amount - Money(share, delivery.amount.currency)
    tax = taxes.of(paid, basis_points=delivery.tax_bps, included=delivery.tax_is_included)
    return replace(delivery, discount=share, tax=tax)


def _lines(offer: Offered, taken: Taken, parts: Sequence[Part], currency: str) -> list[CutLine]:
    sums: dict[int, int] = {}
    for part, share in zip(parts, taken.shares, strict=True):
        sums[part.merchant] = sums.get(part.merchant, 0) + share
    return [
        CutLine(offer, merchant, Money(amount, currency))
        for merchant, amount in sums.items()
        if amount
    ]


def _typed(
    offered: Sequence[Offered], parts: Sequence[Part], *, claim: Claim, currency: str
) -> tuple[list[Offered], list[CodeRefused]]:
    """The offers of the codes that were said and count, in that order, and why others do not.

    The first one counts; beside it those that combine, if it does.
    """
    by_code = {each.code: each for each in offered if each.code}
    typed: list[Offered] = []
    refusals: list[CodeRefused] = []
    for code in claim.codes:
        found = by_code.get(code)
        refused = _refusal(found, parts, code=code, currency=currency)
        if found is None or refused:
            refusals.append(refused or CodeRefused("unknown", code=code))
        elif typed and not (found.combines and typed[0].combines):
            refusals.append(CodeRefused("alone", code=code))
        else:
            typed.append(found)
    return typed, refusals


def _refusal(
    typed: Offered | None, parts: Sequence[Part], *, code: str, currency: str
) -> CodeRefused | None:
    """Why the code does not count for these parts, if it does not."""
    if typed is None:
        return CodeRefused("unknown", code=code)
    if typed.standing == "early" and typed.starts_at:
        day = date_format(localtime(typed.starts_at), "DATE_FORMAT")
        return CodeRefused("early", code=code, day=day)
    if typed.standing != "good":
        return CodeRefused(cast(codes.Reason, typed.standing), code=code)
    if not any(typed.rule.is_about(part) for part in parts):
        return CodeRefused("shop", code=code, shop=typed.shop)
    if typed.currency not in ("", currency):
        return CodeRefused("currency", code=code, currency=typed.currency)
    if not discounts.is_enough(typed.rule, parts):
        goods = discounts.goods_of(typed.rule, parts)
        words = {"minimum": typed.rule.minimum, "goods": goods}
        return CodeRefused("too_little", code=code, **_amounts(words, currency))
    return None


def _amounts(words: dict[str, int], currency: str) -> dict[str, str]:
    locale = (get_language() or "en").split("-")[0]
    return {name: Money(amount, currency).format(locale) for name, amount in words.items()}
