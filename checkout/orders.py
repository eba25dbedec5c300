"""Placing orders, finding them again, and the one function that moves their status."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from catalogue import schedules, stock
from checkout import (
    agents,
    cart_orders,
    commissions,
    cuts,
    drop_limits,
    drop_queues,
    offers,
    tax_calculations,
)
from checkout.buyers import AddressData, Buyer, ByAgent, check
from checkout.drop_limits import Person
from checkout.errors import (
    BadKey,
    CheckoutError,
    KeyReused,
    NothingToPay,
    SoldOut,
    TotalChanged,
    UnknownProduct,
)
from checkout.history import note, publish
from checkout.models import Order, OrderDelivery, OrderEvent, OrderLine, OrderNote, Payment
from checkout.offers import Claim
from checkout.quotes import Item, Quote, quote
from shopping import rows
from shopping.money import Money

signer = Signer(salt="checkout.order", sep=".")


class BadTransition(Exception):
    """A status was asked to move where its transition table does not lead."""


def place(
    items: Sequence[Item],
    *,
    buyer: Buyer,
    address: AddressData,
    key: str,
    seen_total: Money,
    cart: int | None = None,
    code: str = "",
    more_codes: Sequence[str] = (),
    rates: Sequence[UUID] = (),
    customers_note: str = "",
) -> Order:
    """Promise `items` to `buyer`: reserve the stock and write order, lines, payment and history.

    One durable transaction; it locks what somebody lets the buyer's agent spend, Stripe's answer about
    the tax, if it has one, the stock rows in key order, then the drops in it, then the offers that are
    taken and have a limit. The same
    `key` (of at most 255 characters) of the same principal with the same contents gives the same
    order, however often and however late, also where two arrive at once. Nothing is charged here:
    `payments.start` is.
    `cart` is the primary key of the cart that the items are in, which they leave once paid; `code`
    is that of an offer, tidied, as `more_codes` are; `rates` are those of delivery that were chosen
    (public ids), as a quote has them. `customers_note` is for the shops, of at most OrderNote.LONGEST
    characters.

    Raises KeyReused for another body under a used key, BadKey, BadAddress, TotalChanged if the total is
    not `seen_total`, NotForAgents, BeyondAllowance, CodeRefused, SoldOut, PersonLimit, QueueFirst,
    CartIsBeingPaid, a QuoteError, or where Stripe taxes a
    TaxError: call it by checkout.tax_calculations.once_more then. Then nothing was written.
    """
    claim = Claim(
        code, buyer.principal, buyer.email, buyer.test_shop_id, tuple(more_codes), tuple(rates)
    )
    digest = _digest(
        items,
        customers_note,
        rates,
        buyer=buyer,
        address=address,
        seen_total=seen_total,
        codes=claim.codes,
    )
    person = Person.of(buyer, address)
    if not 1 <= len(key) <= 255 or "\0" in key:
        raise BadKey
    try:
        with transaction.atomic(durable=True):
            placed = of_key(key, principals=[buyer.principal])
            if placed is None:
                check(address, email=buyer.mailbox)
                ask = partial(
                    quote,
                    items,
                    country=address.country,
                    region=address.region,
                    postcode=address.postal_code,
                    claim=claim,
                )
                quoted = _agreed(ask(), seen_total=seen_total)
                agents.permit(quoted, buyer.agent)
                drop_queues.use(_to_queue_for(quoted), principal=buyer.principal)
                tax_calculations.take(quoted)
                _reserve(quoted)
                drop_limits.take(quoted, person)
                _take(quoted, claim, ask)
                order = _order(quoted, buyer=buyer, address=address)
                order.idempotency_key, order.request_hash, order.cart_id = key, digest, cart
                return _write(order, quoted, person, customers_note, buyer.agent)
    except (IntegrityError, CheckoutError) as error:
        # The same key may have been placed at the same moment, and have taken the last piece.
        placed = of_key(key, principals=[buyer.principal])
        if placed is None:
            cart_orders.explain(error)
            raise
    if placed.request_hash != digest:
        raise KeyReused
    return placed


def _digest(
    items: Sequence[Item],
    customers_note: str,
    rates: Sequence[UUID],
    *,
    buyer: Buyer,
    address: AddressData,
    seen_total: Money,
    codes: Sequence[str],
) -> str:
    """What was asked for, in 64 characters."""
    body = [
        [[str(item.variant_id), item.quantity, str(item.post_id or "")] for item in items],
        buyer.email,
        asdict(address),
        [seen_total.amount, seen_total.currency],
        *codes,
        *([{"note": customers_note}] if customers_note else []),
        *([{"rates": [str(rate) for rate in rates]}] if rates else []),
    ]
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _agreed(quoted: Quote, *, seen_total: Money) -> Quote:
    """The quote, if it is what the shopper saw."""
    if quoted.total != seen_total:
        raise TotalChanged(quoted)
    if quoted.cut.refusal:
        raise quoted.cut.refusal
    if not quoted.total:
        raise NothingToPay
    return quoted


def _to_queue_for(quoted: Quote) -> list[int]:
    """The drops in the quote; of what is sold out, nobody has to wait to hear so."""
    return [line.drop_pk for line in quoted.lines if line.drop_pk and not line.is_short]


def _reserve(quoted: Quote) -> None:
    try:
        stock.reserve({line.variant.pk: line.quantity for line in quoted.lines})
    except stock.OutOfStock as short:
        raise SoldOut(short.shortages) from short
    if not schedules.are_on_sale([line.product for line in quoted.lines]):
        raise UnknownProduct


def _take(quoted: Quote, claim: Claim, ask: Callable[[], Quote]) -> None:
    """Count this order for its offers with a limit; where others have just taken one, `ask` again."""
    try:
        offers.take(quoted.cut.limited, principal=claim.principal, email=claim.email)
    except offers.Exhausted:
        raise TotalChanged(ask()) from None


def _order(quoted: Quote, *, buyer: Buyer, address: AddressData) -> Order:
    """The row of an order, not written yet."""
    now = timezone.now()
    return Order(
        **{field.name: getattr(address, field.name) for field in fields(address)},
        user=buyer.user,
        partner=buyer.partner,
        test_shop_id=buyer.test_shop_id,
        email=buyer.mailbox,
        locale=buyer.locale,
        principal=buyer.principal,
        currency=quoted.currency,
        items_total=quoted.items_total.amount,
        delivery_total=quoted.delivery_total.amount,
        discount_total=quoted.cut.total.amount,
        tax_added=quoted.tax_added.amount,
        tax_included=quoted.tax_included.amount,
        total=quoted.total.amount,
        tax_calculation=quoted.answer.stripe_id if quoted.answer else None,
        reserved_until=now + timedelta(seconds=settings.RESERVATION_SECONDS),
        placed_at=now,
    )


def _write(
    order: Order, quoted: Quote, person: Person, customers_note: str, agent: ByAgent | None
) -> Order:
    lines = _lines(order, quoted)
    told = {"total": order.total, "currency": order.currency}
    rows.insert_family(
        order,
        lines,
        _deliveries(order, quoted),
        *cuts.rows_of(order, quoted.cut),
        drop_limits.rows_of(order, quoted, person),
        agents.rows_of(order, agent),
        [
            Payment(
                order=order,
                test_shop_id=order.test_shop_id,
                currency=order.currency,
                amount=order.total,
            )
        ],
        [OrderEvent(order=order, type="order.placed", data=told)],
        [OrderNote(order=order, text=customers_note)] if customers_note else [],
    )
    publish("order.placed", order, lines)
    return order


def _lines(order: Order, quoted: Quote) -> list[OrderLine]:
    credits = commissions.credits(quoted.lines)
    return [
        OrderLine(
            order=order,
            merchant=line.merchant,
            variant=line.variant,
            post_id=line.post_pk,
            title=line.product.title,
            option_values=line.variant.option_values,
            sku=line.variant.sku,
            image=line.image,
            quantity=line.quantity,
            unit_price=line.unit_price.amount,
            total=line.total.amount,
            tax_bps=line.tax_bps,
            tax=line.tax.amount,
            tax_is_included=line.tax_is_included,
            discount=line.discount,
            **commissions.fields_of(line, credits),
        )
        for line in quoted.lines
    ]


def _deliveries(order: Order, quoted: Quote) -> list[OrderDelivery]:
    return [
        OrderDelivery(
            order=order,
            merchant=delivery.merchant,
            rate_id=delivery.rate_pk,
            name=delivery.name,
            amount=delivery.amount.amount,
            tax_bps=delivery.tax_bps,
            tax=delivery.tax.amount,
            tax_is_included=delivery.tax_is_included,
            arrives_from=delivery.arrives_from,
            arrives_to=delivery.arrives_to,
            discount=delivery.discount,
        )
        for delivery in quoted.deliveries
    ]


def move(
    order: Order,
    status: Order.Status,
    *,
    type: str,
    data: Mapping[str, Any] | None = None,
    actor: User | None = None,
    reason: str = "",
) -> None:
    """Set `order.status`, with what hangs on it, and append the history row `type`.

    In the caller's transaction, which holds the order's lock. `reason` says why it is cancelled.
    Raises BadTransition where Order.TRANSITIONS does not lead from here to `status`.
    """
    if status not in Order.TRANSITIONS[order.status]:
        raise BadTransition(f"{order.reference} is {order.status}, not to be {status}")
    now = timezone.now()
    order.status = status
    order.reserved_until = None
    if status == Order.Status.PAID:
        order.paid_at = now
        rows.update(order, "status", "reserved_until", "paid_at")
    else:
        order.cancelled_at = now
        order.cancel_reason = reason
        rows.update(order, "status", "reserved_until", "cancelled_at", "cancel_reason")
    note(order, type, data, actor=actor)


def of_key(key: str, *, principals: Sequence[str]) -> Order | None:
    """What one of `principals` placed with `key`, the first of them who did; None without any."""
    if not principals:
        return None
    where = "WHERE t.principal = ANY(%s) AND t.idempotency_key = %s"
    found = rows.fetch(Order, where, [list(principals), key])
    return min(found, key=lambda order: principals.index(order.principal), default=None)


def lines_of(order: Order) -> list[OrderLine]:
    """The order's lines in their order; one statement."""
    return rows.fetch(OrderLine, "WHERE t.order_id = %s ORDER BY t.id", [order.pk])


def token(order: Order) -> str:
    """What the address of the order's page ends in: nobody guesses it, and it opens this one."""
    return signer.sign(order.public_id.hex)


def by_token(text: str) -> Order:
    """The order that `token` named. Raises Order.DoesNotExist for anything else, and for what was
    placed in a test space: it has no page for shoppers."""
    try:
        public_id = UUID(signer.unsign(text))
    except (BadSignature, ValueError):
        raise Order.DoesNotExist("no order has this token") from None
    return Order.objects.get(public_id=public_id, test_shop=None)
