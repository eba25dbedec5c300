"""Replies with `#cart`, answered: into the cart, or what is missing; then chosen, and undone.

The row that the feed left is locked first, then the cart: a reply is answered once, however often
and by however many workers it is found, and what is added commits together with its answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from checkout import cart_reply_meaning as meanings
from checkout import cart_reply_news as news
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
from checkout.limits import TooOften
from feeds.cart_replies import seconds_to_wait
from feeds.models import CartReply

State = CartReply.State
NOTHING = Added(0, False)


def answer(key: int) -> bool:
    """Put what the reply with this key asks for into its author's cart, or say what is missing.

    Returns whether this call did it: a row that is answered, or that somebody else is at, is left
    alone. One transaction with the notice and the mail; locks the row, then the cart.
    """
    with transaction.atomic():
        waiting = CartReply.objects.filter(pk=key, state=State.WANTED)
        waiting = waiting.select_related("post", "user")
        reply = waiting.select_for_update(of=("self",), skip_locked=True).first()
        if reply is None:
            return False
        _settle(reply, meanings.of(reply))
        news.tell(reply)
    return True


def choose(
    user: User, post: UUID, *, product: UUID | None, picks: Sequence[str] | None = None
) -> CartReply:
    """Answer what was asked below the reply `post` of `user`: a product, a value an option.

    Without a `product`, the reply is looked at once more. What it added before goes out for what
    it adds now. A repeat changes nothing. Locks the row, then the cart. Raises
    CartReply.DoesNotExist; UnknownProduct for what is not on its post's cards; TooOften; and where
    something was added before, whatever keeps the other from it: then nothing has changed.
    """
    with transaction.atomic():
        reply = _locked(user, post)
        if reply.state == State.WANTED:
            return reply
        if reply.state == State.TOO_OFTEN and (seconds := seconds_to_wait(user)):
            raise TooOften(seconds)
        meant = meanings.of_choice(reply, product, picks) if product else meanings.of(reply)
        if reply.state == State.ADDED:
            _exchange(reply, meant)
        else:
            _settle(reply, meant)
        news.amend(reply)
    return reply


def undo(user: User, post: UUID) -> CartReply:
    """Take out of the cart what the reply `post` of `user` put there, and no more.

    A repeat changes nothing, nor does it where the line is gone: bought, removed, saved for later.
    Locks the row, then the cart. Raises CartReply.DoesNotExist, and CartIsFull where it came from
    what is saved for later and there is no room any more.
    """
    with transaction.atomic():
        reply = _locked(user, post)
        if reply.state == State.ADDED and _take_back(reply):
            _write(reply, State.UNDONE, NOTHING)
            news.amend(reply)
    return reply


def _locked(user: User, post: UUID) -> CartReply:
    found = CartReply.objects.filter(user=user, post__public_id=post, post__deleted_at=None)
    found = found.select_related("post", "user", "carrier", "product", "variant")
    return found.select_for_update(of=("self",)).get()


def _settle(reply: CartReply, meant: Meaning) -> None:
    """Write what the reply comes to; what is meant to be added is, unless the cart refuses."""
    state, added = meant.state, NOTHING
    if state == State.ADDED:
        try:
            added = _add(reply, meant)
        except CheckoutError as error:
            state = _state_of(error)
    _mean(reply, meant)
    _write(reply, state, added)


def _exchange(reply: CartReply, meant: Meaning) -> None:
    """One variant for another. Raises the reason where the other cannot be had."""
    if meant.state != State.ADDED:
        raise _reason(meant)
    if meant.variant != reply.variant:
        _take_back(reply)
        added = _add(reply, meant)
        _mean(reply, meant)
        _write(reply, State.ADDED, added)


def _add(reply: CartReply, meant: Meaning) -> Added:
    if meant.variant is None or meant.carrier is None:
        raise UnknownProduct
    owner = Owner(reply.user_id)
    return carts.add(owner, meant.variant.public_id, post=meant.carrier.public_id)


def _take_back(reply: CartReply) -> bool:
    if reply.variant is None:
        return False
    added = Added(reply.quantity, reply.was_saved, reply.line)
    return carts.undo_add(Owner(reply.user_id), reply.variant.public_id, added)


def _mean(reply: CartReply, meant: Meaning) -> None:
    reply.carrier, reply.product, reply.variant = meant.carrier, meant.product, meant.variant


def _write(reply: CartReply, state: CartReply.State, added: Added) -> None:
    reply.state = state
    reply.quantity, reply.was_saved, reply.line = added.quantity, added.was_saved, added.line
    reply.due_at, reply.answered_at = None, timezone.now()
    reply.save()


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
