# ruff: noqa: S608 - the texts are made of our own words, never of input
"""The lines of a cart: adding, changing, saving for later. Reads for the pages are in baskets.

A line is named by its owner and its variant, so that no key can reach into another's cart. Whoever
adds lines locks the cart first: what is counted there then holds until the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from catalogue.sale import OFFERED, ON_SALE, PER_PERSON, TITLE
from checkout import unsold
from checkout.cart_owners import LOCK, MINE, MOST_SAVED, Owner, open_cart
from checkout.errors import (
    BadQuantity,
    CartIsFull,
    FewerLeft,
    NotInCart,
    PersonLimit,
    UnknownProduct,
)
from checkout.priced import CREDITED
from checkout.quotes import MOST_LINES, MOST_PIECES
from shopping import rows


@dataclass(frozen=True, slots=True)
class Added:
    """What became of an addition: what `undo_add` needs to take it back.

    `line` is the key of the line that it went into, None where whoever undoes it does not know.
    """

    quantity: int
    was_saved: bool
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Removed:
    """A line that is gone: what `put_back` needs. `price` is the seen one, minor units.

    `title` is empty for a draft's, whose words are not for shoppers.
    """

    variant: UUID
    title: str
    quantity: int
    price: int
    saved: bool
    post: UUID | None


# What can be put into a cart now, as a quote has it.
WANTED = f"""
SELECT v.id, v.price, coalesce(stock.on_hand - stock.reserved, 0),
       {CREDITED.format(post="%s")}, {PER_PERSON}, p.title
FROM catalogue_variant v
JOIN catalogue_product p ON p.id = v.product_id
JOIN catalogue_merchant m ON m.id = v.merchant_id
LEFT JOIN catalogue_stockitem stock ON stock.variant_id = v.id
WHERE v.public_id = %s AND {ON_SALE}
"""
ADD = """
WITH asked AS (
    SELECT %s::bigint AS cart, %s::bigint AS variant, %s::int AS quantity, %s::bigint AS price,
           %s::bigint AS post, %s::int AS most, %s::int AS lines
), before AS (
    SELECT line.saved FROM checkout_cartline line JOIN asked
        ON line.cart_id = asked.cart AND line.variant_id = asked.variant
)
INSERT INTO checkout_cartline (cart_id, variant_id, quantity, seen_price, post_id, saved)
SELECT cart, variant, quantity, price, post, false FROM asked
WHERE quantity <= most AND (
    EXISTS (SELECT FROM before WHERE NOT saved)
    OR (SELECT count(*) FROM checkout_cartline WHERE cart_id = cart AND NOT saved) < lines
)
ON CONFLICT (cart_id, variant_id) DO UPDATE SET
    quantity = checkout_cartline.quantity + excluded.quantity,
    post_id = coalesce(checkout_cartline.post_id, excluded.post_id),
    saved = false
WHERE checkout_cartline.quantity + excluded.quantity <= (SELECT most FROM asked)
RETURNING coalesce((SELECT saved FROM before), false), id
"""
HELD = "SELECT quantity FROM checkout_cartline WHERE cart_id = %s AND variant_id = %s"
LINE = f"""
FROM checkout_cart cart, catalogue_variant v
WHERE cart.id = line.cart_id AND v.id = line.variant_id AND {MINE} AND v.public_id = %s"""
LEFT = """coalesce((SELECT stock.on_hand - stock.reserved FROM catalogue_stockitem stock
    WHERE stock.variant_id = v.id), 0)"""
MOST = f"""coalesce((SELECT {PER_PERSON} FROM catalogue_product p
    WHERE p.id = v.product_id), {MOST_PIECES})"""
CHANGE = f"""
UPDATE checkout_cartline line SET quantity = %s, seen_price = coalesce(%s, line.seen_price) {LINE}
AND NOT line.saved AND {LEFT} >= %s AND {MOST} >= %s RETURNING line.id
"""
IN_CART = f"""
SELECT line.saved, {LEFT}, line.id, {MOST}, (SELECT title FROM catalogue_product p WHERE p.id = v.product_id)
FROM checkout_cartline line, checkout_cart cart, catalogue_variant v
WHERE cart.id = line.cart_id AND v.id = line.variant_id AND {MINE} AND v.public_id = %s
"""
MOVE = f"""
UPDATE checkout_cartline line SET saved = %s, seen_price = coalesce(%s, line.seen_price) {LINE}
AND line.saved <> %s
AND (SELECT count(*) FROM checkout_cartline other
     WHERE other.cart_id = cart.id AND other.saved <> line.saved) < %s RETURNING line.id
"""
REMOVE = f"""
DELETE FROM checkout_cartline line USING checkout_cart cart, catalogue_variant v
JOIN catalogue_product p ON p.id = v.product_id
WHERE cart.id = line.cart_id AND v.id = line.variant_id AND {MINE} AND v.public_id = %s
RETURNING {TITLE}, line.quantity, line.seen_price, line.saved,
          (SELECT post.public_id FROM feeds_post post WHERE post.id = line.post_id)
"""
# The larger quantity: an Undo that is pressed twice, or after a new addition, doubles nothing.
PUT_BACK = f"""
INSERT INTO checkout_cartline (cart_id, variant_id, quantity, seen_price, post_id, saved)
SELECT %s, v.id, %s, %s, (SELECT post.id FROM feeds_post post WHERE post.public_id = %s), %s
FROM catalogue_variant v
JOIN catalogue_product p ON p.id = v.product_id
JOIN catalogue_merchant m ON m.id = v.merchant_id
WHERE v.public_id = %s AND {OFFERED}
ON CONFLICT (cart_id, variant_id) DO UPDATE SET
    quantity = greatest(checkout_cartline.quantity, excluded.quantity),
    saved = checkout_cartline.saved AND excluded.saved
RETURNING id
"""
QUANTITIES = f"""
SELECT v.public_id, line.quantity FROM checkout_cart cart
JOIN checkout_cartline line ON line.cart_id = cart.id
JOIN catalogue_variant v ON v.id = line.variant_id WHERE {MINE} AND NOT line.saved
"""
COUNT = "SELECT count(*) FROM checkout_cartline WHERE cart_id = %s AND saved = %s"
TAKE_SOME = f"""
UPDATE checkout_cartline line SET quantity = line.quantity - %s, saved = %s {LINE}
AND NOT line.saved AND line.quantity > %s RETURNING line.id
"""


def quantities(owner: Owner) -> dict[UUID, int]:
    """How many pieces of each variant (public ids) are in `owner`'s cart; one statement."""
    return dict(rows.run(QUANTITIES, owner.values)) if owner else {}


def add(owner: Owner, variant: UUID, *, quantity: int = 1, post: UUID | None = None) -> Added:
    """`quantity` more of `variant`, which `post` showed, in `owner`'s cart; opens one if needed.

    What was saved for later moves to the cart with it. The line is one upsert: additions at the
    same time lose nothing. Locks the cart. Raises UnknownProduct (also for a drop that is not open
    yet), ShopPaused, BadQuantity (beyond MOST_PIECES), FewerLeft, PersonLimit, CartIsFull; then nothing
    has changed.
    """
    if not 1 <= quantity <= MOST_PIECES:
        raise BadQuantity
    found = rows.run(WANTED, [post, variant])
    if not found:
        raise unsold.reason([variant])
    key, price, left, post_key, per_person, title = found[0]
    with transaction.atomic():
        cart = open_cart(owner)
        most = min(left, per_person or MOST_PIECES)
        added = rows.run(ADD, [cart, key, quantity, price, post_key, most, MOST_LINES])
        if not added:
            held = rows.run(HELD, [cart, key])
            wanted = quantity + (held[0][0] if held else 0)
            if per_person and wanted > per_person:
                raise PersonLimit(title, most=per_person)
            raise _refusal(wanted, left=left)
    return Added(quantity, *added[0])


def change(owner: Owner, variant: UUID, *, quantity: int, price: int | None = None) -> None:
    """`quantity` pieces of a line that is in the cart, not saved; 0 removes it.

    `price`, minor units, is the one on the page where this was asked for: it is agreed to by that.
    Locks the line alone. Raises BadQuantity, NotInCart, FewerLeft, PersonLimit.
    """
    if quantity == 0:
        remove(owner, variant)
        return
    if not 1 <= quantity <= MOST_PIECES:
        raise BadQuantity
    if rows.run(CHANGE, [quantity, price, *owner.values, variant, quantity, quantity]):
        return
    found = rows.run(IN_CART, [*owner.values, variant])
    if not found or found[0][0]:
        raise NotInCart
    _saved, left, _line, most, title = found[0]
    if quantity > most:
        raise PersonLimit(title, most=most)
    raise FewerLeft(max(left, 0))


def remove(owner: Owner, variant: UUID) -> Removed | None:
    """Take a line out, saved or not; None where there was none. Locks the line alone."""
    found = rows.run(REMOVE, [*owner.values, variant])
    if not found:
        return None
    title, quantity, price, saved, post = found[0]
    return Removed(variant, title, quantity, price, saved, post)


def put_back(owner: Owner, line: Removed) -> None:
    """Undo of a removal, unless it is no longer sold. A repeat changes nothing.

    Locks the cart. Raises BadQuantity, UnknownProduct, CartIsFull.
    """
    if not 1 <= line.quantity <= MOST_PIECES:
        raise BadQuantity
    with transaction.atomic():
        cart = open_cart(owner)
        values = [cart, line.quantity, line.price, line.post, line.saved, line.variant]
        if not rows.run(PUT_BACK, values):
            raise UnknownProduct
        most = MOST_SAVED if line.saved else MOST_LINES
        if rows.run(COUNT, [cart, line.saved])[0][0] > most:
            raise CartIsFull(most)


def undo_add(owner: Owner, variant: UUID, added: Added) -> bool:
    """Take an addition back: its pieces only, so that what was added meanwhile stays.

    Nothing happens where its line is gone, or was saved for later since. Locks the cart. Returns
    whether anything was taken back. Raises BadQuantity, CartIsFull.
    """
    if not 1 <= added.quantity <= MOST_PIECES:
        raise BadQuantity
    with transaction.atomic():
        carts = rows.run(LOCK, owner.values)
        found = rows.run(IN_CART, [*owner.values, variant])
        if not found or found[0][0] or added.line not in (None, found[0][2]):
            return False
        pieces = added.quantity
        fewer = [pieces, added.was_saved, *owner.values, variant, pieces]
        if not rows.run(TAKE_SOME, fewer):
            remove(owner, variant)
        elif added.was_saved and rows.run(COUNT, [carts[0][0], True])[0][0] > MOST_SAVED:
            raise CartIsFull(MOST_SAVED)
    return True


def save_for_later(owner: Owner, variant: UUID, *, price: int | None = None) -> None:
    """Out of the cart, and kept. A repeat changes nothing. Raises NotInCart, CartIsFull.

    Locks the cart. For `price` see `change`.
    """
    _move(owner, variant, saved=True, price=price, most=MOST_SAVED)


def move_to_cart(owner: Owner, variant: UUID, *, price: int | None = None) -> None:
    """Back from what was saved for later. A repeat changes nothing. Raises NotInCart, CartIsFull.

    Locks the cart. For `price` see `change`.
    """
    _move(owner, variant, saved=False, price=price, most=MOST_LINES)


def _move(owner: Owner, variant: UUID, *, saved: bool, price: int | None, most: int) -> None:
    with transaction.atomic():
        rows.run(LOCK, owner.values)
        if rows.run(MOVE, [saved, price, *owner.values, variant, saved, most]):
            return
        found = rows.run(IN_CART, [*owner.values, variant])
        if not found:
            raise NotInCart
        if found[0][0] is not saved:
            raise CartIsFull(most)


def _refusal(wanted: int, *, left: int) -> Exception:
    """Why `wanted` pieces in all cannot be in the cart, of which `left` can be had."""
    if wanted > max(left, 0) and wanted <= MOST_PIECES:
        return FewerLeft(max(left, 0))
    return BadQuantity() if wanted > MOST_PIECES else CartIsFull(MOST_LINES)
