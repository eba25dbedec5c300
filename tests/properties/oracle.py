"""What a cart costs, by another way than the shop's: exact fractions, and the order's own rows.

The shop spreads what an offer takes off over lines. Which line bears the odd cent is its own affair;
how much there is to spread, what is taxed and what is sent is computed here from what was asked.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from checkout.models import Order
from tests.properties.carts import COARSE, Cart, Deal, Goods

Parts = dict[tuple[int, str], int]


def rounded(exact: Fraction, *, step: int = 1) -> int:
    """To the nearest whole number of steps, halves up; nothing here is below zero."""
    steps = exact / step
    return step * ((2 * steps.numerator + steps.denominator) // (2 * steps.denominator))


def goods_of(cart: Cart, shop: int) -> list[Goods]:
    return [each for each in cart.goods if each.shop == shop]


def parcel(cart: Cart, shop: int) -> int | None:
    """What a shop asks for its parcel; None where it has nothing to send."""
    seller, mine = cart.sellers[shop], goods_of(cart, shop)
    if not any(each.is_sent for each in mine):
        return None
    value = sum(each.price * each.quantity for each in mine)
    grams = sum(each.grams * each.quantity for each in mine if each.is_sent)
    if seller.free_from is not None and value >= seller.free_from:
        return 0
    return seller.parcel if grams <= seller.band else seller.heavy


def tax_rate(cart: Cart, kind: str) -> int:
    return cart.taxes.get(kind, cart.taxes.get("standard", 0))


def tax(cart: Cart, paid: int, basis_points: int) -> int:
    if cart.is_inclusive:
        return rounded(Fraction(paid * basis_points, 10_000 + basis_points))
    return rounded(Fraction(paid * basis_points, 10_000), step=COARSE.get(cart.currency, 1))


def off(deal: Deal, cart: Cart, left: Parts) -> int:
    """What `deal` takes off, of which `left` is to be paid for each shop's goods and parcels."""
    most = deal.most // COARSE.get(cart.currency, 1) * COARSE.get(cart.currency, 1)
    return min(wish(deal, cart, left), most)


def wish(deal: Deal, cart: Cart, left: Parts) -> int:
    """The same where nothing is too much."""
    about = [n for n in range(len(cart.sellers)) if deal.shop in (None, n)]
    whole = sum(each.price * each.quantity for n in about for each in goods_of(cart, n))
    if whole < deal.minimum:
        return 0
    if deal.kind == "free_delivery":
        return sum(left[n, "parcel"] for n in about)
    goods = sum(left[n, "goods"] for n in about)
    if deal.kind == "amount":
        return min(deal.size, goods)
    return rounded(Fraction(goods * deal.size, 10_000), step=COARSE.get(cart.currency, 1))


def discounts(cart: Cart, order: Order, merchants: dict[int, int]) -> list[tuple[int, int]]:
    """For each round in which an offer may count: what it had to take off, and what it did.

    `merchants`: a shop's place by its primary key. A shop's own offers come first, then the
    operator's, then the code; of each of them the best one counts.
    """
    left: Parts = defaultdict(int)
    for shop in range(len(cart.sellers)):
        left[shop, "goods"] = sum(each.price * each.quantity for each in goods_of(cart, shop))
        left[shop, "parcel"] = parcel(cart, shop) or 0
    given = list(order.discounts.select_related("offer"))
    shops = [*range(len(cart.sellers)), None]
    rounds = [
        ([each for each in cart.automatic if each.shop == shop], shop, False) for shop in shops
    ]
    if cart.typed:
        rounds.append(([cart.typed], cart.typed.shop, True))
    found = []
    for deals, shop, is_typed in rounds:
        mine = [
            each
            for each in given
            if bool(each.offer.code) == is_typed
            and merchants.get(each.offer.merchant_id or 0) == shop
        ]
        most = max((off(deal, cart, left) for deal in deals), default=0)
        found.append((most, sum(each.amount for each in mine)))
        for each in mine:
            kind = "parcel" if each.offer.kind == "free_delivery" else "goods"
            left[merchants[each.merchant_id], kind] -= each.amount
    return found
