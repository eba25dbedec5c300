"""Replies with `#cart`, answered: into the cart, or what is missing; then chosen, and undone.

The row that the feed left is locked first, then the cart: a reply is answered once, however often
and by however many workers it is found, and what is added commits together with its answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from accounts.models import User
from checkout import cart_answers as answers
from checkout import cart_reply_meaning as meanings
from checkout import cart_reply_news as news
from checkout.limits import TooOften
from feeds.cart_replies import seconds_to_wait
from feeds.models import CartReply

State = CartReply.State


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
        reply.due_at = None
        answers.settle(reply, meanings.of(reply))
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
            answers.exchange(reply, meant)
        else:
            answers.settle(reply, meant)
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
        if reply.state == State.ADDED and answers.take_back(reply):
            answers.write(reply, State.UNDONE)
            news.amend(reply)
    return reply


def _locked(user: User, post: UUID) -> CartReply:
    found = CartReply.objects.filter(user=user, post__public_id=post, post__deleted_at=None)
    found = found.select_related("post", "user", "carrier", "product", "variant")
    return found.select_for_update(of=("self",)).get()
