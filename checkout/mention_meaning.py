"""What a mention of another network means: which product and variant, or why there is none. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from checkout import cart_reply_meaning as meanings
from checkout import mention_links
from checkout.cart_reply_meaning import Meaning, State
from checkout.errors import UnknownProduct
from checkout.models import Mention

# Of a reply so much is read for its meaning; posts here have a quarter of it.
MOST_READ = 2_000


def of(mention: Mention) -> Meaning:
    """As for a reply here: by its words, its author's last purchase and what is left."""
    if mention.user is None:
        return Meaning(State.NO_CART)
    shown = mention_links.shown_by(mention)
    if not shown:
        return Meaning(State.NO_PRODUCT)
    return meanings.among(mention.user, shown, said=mention.asked[:MOST_READ])


def of_choice(mention: Mention, product: UUID, picks: Sequence[str] | None) -> Meaning:
    """What it means with `product`, one of those that it shows, and a value an option where it is
    said. Raises UnknownProduct for another."""
    shown = mention_links.shown_by(mention)
    chosen = next((each for each in shown if each[0].public_id == product), None)
    if mention.user is None or chosen is None:
        raise UnknownProduct
    said = mention.asked[:MOST_READ]
    return meanings.of_product(mention.user, chosen[1], chosen[0], said=said, picks=picks)
