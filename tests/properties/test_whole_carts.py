"""Any cart, from its first line to its last refund: what is shown is charged, and the books say so."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from checkout import baskets, carts, orders, payments, refundable, refunds, sweeps
from checkout.buyers import Buyer
from checkout.cart_owners import Owner
from checkout.models import CartLine, Order
from checkout.offers import Claim
from checkout.quotes import Quote
from checkout.refund_errors import Disputed, NothingChosen, NotRefundable, TooManyPieces, TooMuch
from checkout.refund_previews import Asked, preview, whole
from tests.buying import HOME, RETURN_URL, Sandbox
from tests.model.always import ALWAYS
from tests.model.settled import SETTLED
from tests.model.world import World
from tests.paying_out import connect, fund
from tests.properties import oracle
from tests.properties.carts import COARSE, CODE, LEAST, Cart, Market, open_market
from tests.properties.carts import carts as random_carts
from tests.sizes import sized

GUEST = Owner(guest="a guest")
BUYER = Buyer(principal="guest:a guest", user=None, email="guest@people.example", locale="en")
# What is given back, in numbers that are brought into the order's own range.
steps = st.lists(
    st.tuples(
        st.sampled_from(["pieces", "restocked", "delivery", "goodwill", "amount", "bank"]),
        st.integers(0, 50),
        st.integers(1, 6),
    ),
    max_size=6,
)


@pytest.mark.django_db(transaction=True)
def test_any_cart_is_charged_as_shown_and_refunded_to_the_last_unit(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    @given(
        cart=random_carts(), card=st.sampled_from(["visa", "visa", "createDispute"]), taken=steps
    )
    @sized(examples=16)
    def any_cart(cart: Cart, card: str, taken: list[tuple[str, int, int]]) -> None:
        world = World(sandbox)
        world.empty()
        market = open_market(cart)
        connect(sandbox, *market.merchants)
        fund(sandbox, 9_000_000, currency=cart.currency)
        order = buy(cart, market, world, card)
        assert world.broken(ALWAYS) == []
        if order is None:
            return
        for kind, number, size in taken:
            give_back(order, world, kind, number, size)
            assert world.broken(ALWAYS) == []
        give_the_rest(order)
        world.settle()
        assert world.broken({**ALWAYS, **SETTLED}) == []
        payment = order.payments.get()
        if not payment.disputes.exists():
            assert payment.refunded == payment.captured == order.total

    any_cart()


def buy(cart: Cart, market: Market, world: World, card: str) -> Order | None:
    """Fill the cart, look at it, order and pay; nothing is ordered that costs next to nothing."""
    for goods, variant in zip(cart.goods, market.variants, strict=True):
        carts.add(GUEST, variant.public_id, quantity=goods.quantity)
    claim = Claim(CODE if cart.typed else "", BUYER.principal, BUYER.email)
    basket = baskets.build(GUEST, country=cart.country, claim=claim)
    [summary] = basket.summaries
    quoted = summary.quote
    assert quoted is not None
    if quoted.cut.refusal:
        claim = replace(claim, code="")
        [summary] = baskets.build(GUEST, country=cart.country, claim=claim).summaries
        quoted, cart = summary.quote, replace(cart, typed=None)
        assert quoted is not None
    total = quoted.total.amount
    if total < LEAST[cart.currency]:
        event("too little to be charged")
        return None
    address = replace(HOME, country=cart.country)
    order = orders.place(
        summary.items,
        buyer=BUYER,
        address=address,
        key="key",
        seen_total=quoted.total,
        cart=basket.key,
        code=claim.code,
    )
    check_price(cart, market, quoted, order)
    assert world.broken(ALWAYS) == []
    payment = order.payments.get()
    token = world.sandbox.token(f"pm_card_{card}")
    outcome = payments.start(payment.pk, confirmation_token=token, return_url=RETURN_URL)
    event("bought")
    assert outcome.kind == "succeeded"
    [charge] = world.stripe()["charges"]
    assert (charge["amount"], charge["amount_captured"]) == (total, total)
    assert charge["currency"] == cart.currency.lower()
    assert not CartLine.objects.exists()
    assert world.broken(ALWAYS) == []
    return order


def check_price(cart: Cart, market: Market, quoted: Quote, order: Order) -> None:
    """The order is what the cart showed, and what the oracle says it is."""
    assert (order.total, order.currency) == (quoted.total.amount, cart.currency)
    assert (order.items_total, order.discount_total) == (
        sum(each.price * each.quantity for each in cart.goods),
        quoted.cut.total.amount,
    )
    places = {merchant.pk: place for place, merchant in enumerate(market.merchants)}
    for most, taken in oracle.discounts(cart, order, places):
        assert taken == most
    kinds = {
        variant.pk: goods.kind for variant, goods in zip(market.variants, cart.goods, strict=True)
    }
    for line in order.lines.all():
        rate = oracle.tax_rate(cart, kinds[line.variant_id])
        assert line.tax == oracle.tax(cart, line.total - line.discount, rate)
    parcels = {places[each.merchant_id]: each for each in order.deliveries.all()}
    for place in range(len(cart.sellers)):
        asked = oracle.parcel(cart, place)
        assert (place in parcels) == (asked is not None)
        if asked is not None:
            parcel = parcels[place]
            sent = [each.kind for each in oracle.goods_of(cart, place) if each.is_sent]
            rate = max(oracle.tax_rate(cart, kind) for kind in sent)
            assert parcel.amount == asked
            assert parcel.tax == oracle.tax(cart, parcel.amount - parcel.discount, rate)


def give_back(order: Order, world: World, kind: str, number: int, size: int) -> None:
    """One refund that was asked for, made if it may be; or a bank's word on its dispute."""
    if kind == "bank":
        world.decide("won" if size % 2 else "lost")
        sweeps.missed_events()
        world.work()
        return
    payment = order.payments.get()
    left = refundable.read(order)
    part = left[number % len(left)]
    line = part.lines[number % len(part.lines)].line.pk
    asked = {
        "pieces": Asked(lines={line: size}),
        "restocked": Asked(lines={line: size}, restock=frozenset({line})),
        "delivery": Asked(deliveries=frozenset({part.merchant.pk})),
        "goodwill": Asked(goodwill={part.merchant.pk: size * 37 * COARSE.get(payment.currency, 1)}),
    }.get(kind)
    try:
        money = (
            preview(left, asked).amount
            if asked
            else replace(payment.amount_money, amount=size * 100)
        )
        refund = refunds.request(payment.pk, amount=money, reason="x", parts=asked)
    except (NotRefundable, NothingChosen, TooManyPieces, TooMuch, Disputed):
        return
    event(f"refunded {kind}")
    if size % 2:
        refunds.send(refund.pk)


def give_the_rest(order: Order) -> None:
    """All that is left goes back; not a unit more is to be had."""
    payment = order.payments.get()
    left = refundable.read(order)
    asked = whole(left)
    with contextlib.suppress(NothingChosen, Disputed, NotRefundable):
        refunds.request(payment.pk, amount=preview(left, asked).amount, reason="x", parts=asked)
