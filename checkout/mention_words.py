"""What is posted back on an outside network, and what the linked account's page says of a mention.

Everybody reads what is posted back, so it names no account of ours, and what is behind its link opens
for its owner alone.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.networks import configured
from checkout import cart_reply_words as words
from checkout import mention_tokens
from checkout.models import Mention
from checkout.models.mentions import NOT_ASKED, UNLINKED
from feeds.models import CartReply
from shopping.cart_tags import tag_for

State = CartReply.State
# The shortest post of a network that we know of has 280 characters.
LONGEST_NAME = 100
ANSWERS: dict[str, Promise] = {
    State.ADDED: gettext_lazy("In your cart: %(named)s, %(price)s. Undo: %(link)s"),
    State.UNDONE: gettext_lazy("Taken out of your cart: %(named)s. %(link)s"),
    UNLINKED: gettext_lazy(
        "To fill your cart at Étal from here, link this profile once: %(claim)s"
    ),
    State.WHICH_PRODUCT: gettext_lazy("Which one do you mean? Choose it here: %(link)s"),
    State.WHICH_VARIANT: gettext_lazy("One more choice for %(named)s: %(link)s"),
    State.SOLD_OUT: gettext_lazy("Sold out: %(named)s. Be told when it is back: %(link)s"),
    State.NOT_OPEN: gettext_lazy("The sale of %(named)s is not open yet: %(link)s"),
    State.NOT_DELIVERED: gettext_lazy("%(shop)s does not deliver to your address. See: %(link)s"),
    State.PAUSED: gettext_lazy("%(shop)s takes no orders at the moment. See: %(link)s"),
    State.WITHDRAWN: gettext_lazy("This is not on sale any more: %(named)s"),
    State.NO_PRODUCT: gettext_lazy(
        "We found no product here. Reply #%(tag)s to a post that shows one, or with its link."
    ),
    State.CART_FULL: gettext_lazy("There is no room left in your cart: %(link)s"),
    State.ALL_IN_CART: gettext_lazy("You have all of it that you can have in your cart: %(link)s"),
    State.REFUSED: gettext_lazy("%(named)s could not be put into your cart. See: %(link)s"),
    State.TOO_OFTEN: gettext_lazy("That was very often within a minute. Try it here: %(link)s"),
}


def answer(mention: Mention) -> str:
    """The text to post back, in the author's language; "" where nothing is to be said."""
    with translation.override(mention.language):
        said = ANSWERS.get(mention.state)
        return str(said) % _facts(mention) if said else ""


def act(mention: Mention) -> str:
    """What it did, for the page of linked accounts, in the active language."""
    facts = {"named": named(mention), "network": configured.title(mention.network)}
    if mention.state == State.ADDED:
        return _("Put %(named)s into your cart, from a reply on %(network)s") % facts
    if mention.state == State.UNDONE:
        return _("Put %(named)s into your cart, which you took out again") % facts
    if mention.product is None:
        return _("Asked for a product, from a reply on %(network)s") % facts
    return _("Asked for %(named)s, from a reply on %(network)s") % facts


def named(mention: Mention) -> str:
    """Which product and variant, cut short where the title is a long one."""
    name = words.named(words.facts_of(mention))
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def page(mention: Mention) -> str:
    """The path of its box."""
    return reverse("checkout:mention", args=[mention.public_id])


def _facts(mention: Mention) -> dict[str, str]:
    variant, product = mention.variant, mention.product
    claim = reverse("checkout:mention_claim", args=[mention_tokens.token(mention)])
    return {
        "named": named(mention),
        "shop": product.merchant.name if product else "",
        "price": variant.price_money.format(mention.language) if variant else "",
        "link": f"{settings.PUBLIC_URL}{page(mention)}",
        "claim": f"{settings.PUBLIC_URL}{claim}",
        "tag": tag_for(mention.language),
    }


def is_told(mention: Mention) -> bool:
    """Whether it concerns a cart at all."""
    return mention.state not in (UNLINKED, NOT_ASKED)
