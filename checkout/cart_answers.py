"""What words that ask for the cart come to: into it, out of it, one for another, and what is written.

For the transactions of `checkout.cart_replies` and `checkout.mentions`, which hold the row's lock.
"""

from __future__ import annotations

from django.utils import timezone

from checkout import carts
from checkout.cart_owners import Owner
from checkout.cart_reply_meaning import Meaning
from checkout.carts import Added
from checkout.errors import (
    BadQuantity,
    CartIsFull,
    CheckoutError,
    FewerLeft,
    ShopPaused,
    UnknownProduct,
)
from feeds.models import CartAnswer, CartReply

State = CartReply.State
NOTHING = Added(0, False)


def settle(row: CartAnswer, meant: Meaning) -> None:
    """Write what `row` comes to; what is meant to be added is, unless the cart refuses."""
    state, added = meant.state, NOTHING
    if state == State.ADDED:
        try:
            added = _add(row, meant)
        except CheckoutError as error:
            state = _state_of(error)
    _mean(row, meant)
    write(row, state, added)


def exchange(row: CartAnswer, meant: Meaning) -> None:
    """One variant for another. Raises the reason where the other cannot be had."""
    if meant.state != State.ADDED:
        raise _reason(meant)
    if meant.variant != row.variant:
        take_back(row)
        added = _add(row, meant)
        _mean(row, meant)
        write(row, State.ADDED, added)


def _add(row: CartAnswer, meant: Meaning) -> Added:
    if meant.variant is None or row.user_id is None:
        raise UnknownProduct
    post = meant.carrier.public_id if meant.carrier else None
    return carts.add(Owner(row.user_id), meant.variant.public_id, post=post)


def take_back(row: CartAnswer) -> bool:
    """Take out what was put in; False where its line is gone, and nothing was done."""
    if row.variant is None:
        return False
    added = Added(row.quantity, row.was_saved, row.line)
    return carts.undo_add(Owner(row.user_id), row.variant.public_id, added)


def _mean(row: CartAnswer, meant: Meaning) -> None:
    row.carrier, row.product, row.variant = meant.carrier, meant.product, meant.variant


def write(row: CartAnswer, state: CartReply.State, added: Added = NOTHING) -> None:
    """Keep `row` as answered now: its state, and the pieces that Undo takes out."""
    row.state = state
    row.quantity, row.was_saved, row.line = added.quantity, added.was_saved, added.line
    row.answered_at = timezone.now()
    row.save()


def _state_of(error: CheckoutError) -> CartReply.State:
    """What a refusal of the cart comes to."""
    if isinstance(error, FewerLeft) and not error.left:
        return State.SOLD_OUT
    if isinstance(error, FewerLeft | BadQuantity):
        return State.ALL_IN_CART
    if isinstance(error, ShopPaused):
        return State.PAUSED
    if isinstance(error, UnknownProduct):
        return State.WITHDRAWN
    return State.CART_FULL if isinstance(error, CartIsFull) else State.REFUSED


def _reason(meant: Meaning) -> CheckoutError:
    """Why something else cannot be had in place of what is in the cart."""
    if meant.state == State.SOLD_OUT:
        return FewerLeft(0)
    if meant.state == State.PAUSED and meant.product:
        return ShopPaused(meant.product.merchant.name)
    return UnknownProduct()
