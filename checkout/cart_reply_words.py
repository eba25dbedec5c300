"""What a reply with `#cart` came to, in one sentence: for its box, its notice and its mail."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from feeds.models import CartAnswer, CartReply

State = CartReply.State
SENTENCES: dict[str, Promise] = {
    State.WANTED: gettext_lazy("One moment: we are looking for it"),
    State.ADDED: gettext_lazy("It’s in your cart, @%(handle)s"),
    State.UNDONE: gettext_lazy("Taken out of your cart"),
    State.WHICH_PRODUCT: gettext_lazy("Which one do you mean, @%(handle)s?"),
    State.WHICH_VARIANT: gettext_lazy("One more choice, @%(handle)s"),
    State.SOLD_OUT: gettext_lazy("Sold out"),
    State.NOT_OPEN: gettext_lazy("The sale is not open yet"),
    State.NOT_DELIVERED: gettext_lazy("%(shop)s does not deliver to your address"),
    State.PAUSED: gettext_lazy("%(shop)s takes no orders at the moment."),
    State.WITHDRAWN: gettext_lazy("This product is not on sale."),
    State.NO_PRODUCT: gettext_lazy("There is no product here to put into your cart"),
    State.ALL_IN_CART: gettext_lazy("All that you can have is in your cart already"),
    State.CART_FULL: gettext_lazy("There is no room left in your cart"),
    State.REFUSED: gettext_lazy("It could not be put into your cart"),
    State.TOO_OFTEN: gettext_lazy("That was very often within a minute"),
    # Of a reply on another network, whose author has linked their profile since.
    "unlinked": gettext_lazy("It is not in your cart yet"),
    State.NO_CART: gettext_lazy("A shop has no cart: reply as yourself"),
}


def facts_of(reply: CartAnswer) -> dict[str, str]:
    """What the sentences and the lines below them need, as JSON."""
    product, variant = reply.product, reply.variant
    return {
        "state": str(reply.state),
        "handle": reply.user.handle if reply.user else "",
        "title": product.title if product else "",
        "options": variant.options_text if variant else "",
        "shop": product.merchant.name if product else "",
    }


def sentence(facts: Mapping[str, str]) -> str:
    """Of `facts_of` a reply, in the active language; it ends as a headline does."""
    said = SENTENCES.get(facts.get("state", ""))
    return str(said) % facts if said else ""


def named(facts: Mapping[str, str]) -> str:
    """Which product, and which variant of it: "Rayon bookcase, oak"; "" without one."""
    return ", ".join(part for part in (facts.get("title"), facts.get("options")) if part)
