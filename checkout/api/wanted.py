"""What a buyer wants: the lines of a call, or those of a cart that can be had now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checkout import baskets, checkouts, named_carts
from checkout.cart_lines import Line
from checkout.errors import EmptyOrder, MixedCurrencies, NotDelivered
from checkout.models import Cart
from checkout.quotes import Item


@dataclass(frozen=True, slots=True)
class Wanted:
    """`cart` is the primary key of the cart that the items are in; `left_out` of it cannot be had."""

    items: tuple[Item, ...]
    cart: int | None = None
    left_out: tuple[Line, ...] = ()


def of_cart(cart: Cart, *, country: str, currency: str = "") -> Wanted:
    """What `cart` holds in `currency`, for delivery to `country`; without one, in its only currency.

    Raises EmptyOrder, MixedCurrencies, NotDelivered.
    """
    basket = baskets.build(named_carts.owner_of(cart), country=country)
    currencies = {line.price.currency for line in basket.lines}
    if not currency and len(currencies) > 1:
        raise MixedCurrencies
    meant = currency or "".join(currencies)
    lines = [line for line in basket.lines if line.price.currency == meant]
    left_out = tuple(line for line in lines if not line.counts)
    summary = checkouts.summary_of(basket, meant)
    if summary is None:
        raise _nothing(left_out, country=country)
    return Wanted(summary.items, basket.key, left_out)


def _nothing(left_out: Sequence[Line], *, country: str) -> Exception:
    """Why nothing of a cart can be ordered."""
    for line in left_out:
        if line.state == "not_delivered":
            return NotDelivered(line.shop.name, country)
    return EmptyOrder()
