"""What a checkout session would buy now, shown from its quote."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from checkout.quotes import Quote, QuoteDelivery, QuoteLine
from checkout.session_goods import Goods
from checkout.session_pricing import Priced, option_id
from checkout.session_views import (
    DiscountView,
    LineView,
    OptionView,
    ParcelView,
    Share,
    Sums,
    View,
)
from checkout.session_wants import WantedLine

# Of so many ways of delivery the prices are shown; shops have two or three.
MOST_OPTIONS = 8


def view(priced: Priced, *, currency: str) -> View:
    """`priced` as it is shown; one statement more for each further way of delivery.

    `currency` (ISO 4217) is the one to say where nothing has a price.
    """
    quoted = priced.quote
    found = {line.variant.public_id: line for line in quoted.lines} if quoted else {}
    lines = tuple(
        _line(each, found.get(each.variant), priced.goods.get(each.variant))
        for each in priced.wanted.lines
    )
    return View(
        lines=lines,
        parcels=tuple(_parcels(priced, quoted)) if quoted else (),
        discounts=tuple(_discounts(priced, quoted)) if quoted else (),
        sums=_sums(quoted) if quoted else Sums(currency),
    )


def _line(wanted: WantedLine, line: QuoteLine | None, goods: Goods | None) -> LineView:
    left, is_sent = (goods.most, goods.is_sent) if goods else (0, True)
    if line is None:
        return LineView(
            key=wanted.key,
            item=wanted.item,
            variant=wanted.variant,
            title=wanted.title,
            quantity=wanted.quantity,
            unit_price=wanted.price,
            is_sent=is_sent,
            left=left,
        )
    return LineView(
        key=wanted.key,
        item=wanted.item,
        variant=wanted.variant,
        title=line.product.title,
        quantity=wanted.quantity,
        unit_price=line.unit_price.amount,
        total=line.total.amount,
        discount=line.discount,
        tax_added=0 if line.tax_is_included else line.tax.amount,
        image=line.image,
        is_sent=is_sent,
        left=left,
    )


def _parcels(priced: Priced, quoted: Quote) -> Iterator[ParcelView]:
    """A parcel a shop, each with all the ways that it may go."""
    others = _others(priced)
    shops = {line.variant.public_id: line.merchant.pk for line in quoted.lines}
    for delivery in quoted.deliveries:
        merchant = delivery.merchant
        mine = [
            line.key
            for line in priced.lines
            if shops.get(line.variant) == merchant.pk and priced.goods[line.variant].is_sent
        ]
        chosen = ""
        options = []
        for rate in priced.choices.get(merchant.pk, [])[:MOST_OPTIONS]:
            is_chosen = rate.pk == delivery.rate_pk
            found = delivery if is_chosen else others.get((merchant.pk, rate.pk))
            if found is None:
                continue
            options.append(_option(option_id(rate), found))
            chosen = option_id(rate) if is_chosen else chosen
        yield ParcelView(
            key=str(merchant.public_id),
            shop=merchant.name,
            lines=tuple(mine),
            options=tuple(options),
            chosen=chosen,
        )


def _others(priced: Priced) -> dict[tuple[int, int], QuoteDelivery]:
    """By shop and rate (primary keys), each way of delivery as a quote with it has it: all shops'
    first ones in one quote, then all second ones, and so on."""
    some = [rates[:MOST_OPTIONS] for rates in priced.choices.values()]
    if max(map(len, some), default=0) < 2:
        return {}
    found = {}
    for wished in zip_longest(*some):
        other = priced.otherwise([rate.public_id for rate in wished if rate])
        for each in other.deliveries if other else ():
            found[each.merchant.pk, each.rate_pk] = each
    return found


def _option(name: str, delivery: QuoteDelivery) -> OptionView:
    return OptionView(
        id=name,
        name=delivery.name,
        amount=delivery.amount.amount,
        discount=delivery.discount,
        arrives_from=delivery.arrives_from,
        arrives_to=delivery.arrives_to,
    )


def _discounts(priced: Priced, quoted: Quote) -> Iterator[DiscountView]:
    """Each offer, with what it takes off each line and off delivery."""
    places = {line.variant: place for place, line in enumerate(priced.wanted.lines)}
    of_line = [places[line.variant.public_id] for line in quoted.lines]
    for offer, shares in quoted.cut.shares:
        lines, parcels = shares[: len(of_line)], shares[len(of_line) :]
        told = [Share(of_line[place], share) for place, share in enumerate(lines) if share]
        if sum(parcels):
            told.append(Share(None, sum(parcels)))
        yield DiscountView(offer.name, offer.code, sum(shares), tuple(told))


def _sums(quoted: Quote) -> Sums:
    return Sums(
        currency=quoted.currency,
        items=quoted.items_total.amount,
        delivery=quoted.delivery_total.amount,
        discount=quoted.cut.total.amount,
        tax_added=quoted.tax_added.amount,
        tax_included=quoted.tax_included.amount,
        total=quoted.total.amount,
    )
