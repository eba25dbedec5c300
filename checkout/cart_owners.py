# ruff: noqa: S608 - the texts are made of our own words, never of input
"""Whose cart: opening it, moving a guest's into the person's, taking out what was bought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from checkout.models import Cart
from checkout.quotes import MOST_LINES
from shopping import rows
from shopping.ids import public_id

MOST_SAVED = 100  # lines for later, beside the MOST_LINES that can be ordered
GUEST_DAYS = 90  # how long a guest's cookie names their cart


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose cart: a person's, by their key, or a guest's, by the name in their cookie."""

    user_id: int | None = None
    guest: str = ""

    def __bool__(self) -> bool:
        """Whether anybody is known by this, and so may have a cart."""
        return self.user_id is not None or bool(self.guest)

    @property
    def values(self) -> tuple[int | None, str]:
        """The values of MINE. No cart has neither a user nor a guest's name."""
        return self.user_id, "" if self.user_id is not None else self.guest

    @property
    def principal(self) -> str:
        """Under which name they order and wait: "user:7", "guest:…"; "" for nobody."""
        if self.user_id is not None:
            return f"user:{self.user_id}"
        return f"guest:{self.guest}" if self.guest else ""


# The open cart of an owner; its two parameters are `Owner.values`, as in whatever text holds it.
MINE = """cart.closed_at IS NULL
    AND (cart.user_id = %s OR (cart.user_id IS NULL AND cart.guest = %s))"""
# The conflict's empty update locks the cart until the end of the transaction.
OPEN_CART = """
INSERT INTO checkout_cart (public_id, user_id, guest, created_at) VALUES (%s, %s, %s, now())
ON CONFLICT ({key}) WHERE closed_at IS NULL AND user_id {known}
DO UPDATE SET guest = checkout_cart.guest RETURNING id
"""
OF_USER = OPEN_CART.format(key="user_id", known="IS NOT NULL")
OF_GUEST = OPEN_CART.format(key="guest", known="IS NULL")
LOCK = f"SELECT cart.id FROM checkout_cart cart WHERE {MINE} FOR NO KEY UPDATE"
GUESTS_CART = """
SELECT id FROM checkout_cart WHERE guest = %s AND user_id IS NULL AND closed_at IS NULL
FOR NO KEY UPDATE
"""
MERGE = """
INSERT INTO checkout_cartline (cart_id, variant_id, quantity, seen_price, post_id, saved)
SELECT %s, variant_id, quantity, seen_price, post_id, saved FROM checkout_cartline
WHERE cart_id = %s ORDER BY id
ON CONFLICT (cart_id, variant_id) DO UPDATE SET
    quantity = greatest(checkout_cartline.quantity, excluded.quantity),
    post_id = coalesce(checkout_cartline.post_id, excluded.post_id),
    saved = checkout_cartline.saved AND excluded.saved
"""
SAVE_THE_REST = """
UPDATE checkout_cartline SET saved = true WHERE id IN (
    SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM checkout_cartline
                    WHERE cart_id = %s AND NOT saved) line WHERE place > %s)
"""
DROP_THE_OLDEST = """
DELETE FROM checkout_cartline WHERE id IN (
    SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id DESC) AS place FROM checkout_cartline
                    WHERE cart_id = %s AND saved) line WHERE place > %s)
"""
CLOSE = "UPDATE checkout_cart SET closed_at = now(), merged_into_id = %s WHERE id = %s"
EMPTY = "DELETE FROM checkout_cartline WHERE cart_id = %s"
HOME = """
SELECT coalesce(merged_into_id, id) FROM checkout_cart WHERE id = %s FOR NO KEY UPDATE
"""
# What is held is what its lock found, which may be newer than what the statement began with.
BOUGHT = """
WITH paid AS (
    SELECT * FROM unnest(%s::bigint[], %s::int[]) AS paid (variant, quantity)
), held AS MATERIALIZED (
    SELECT line.id, line.quantity, paid.quantity AS paid FROM checkout_cartline line
    JOIN paid ON paid.variant = line.variant_id
    WHERE line.cart_id = %s AND NOT line.saved ORDER BY line.id FOR UPDATE OF line
), gone AS (
    DELETE FROM checkout_cartline line USING held WHERE line.id = held.id AND held.quantity <= held.paid
)
UPDATE checkout_cartline line SET quantity = held.quantity - held.paid
FROM held WHERE line.id = held.id AND held.quantity > held.paid
"""


def open_cart(owner: Owner) -> int:
    """The key of the owner's open cart, made if there is none; locked until the transaction ends."""
    user_id, guest = owner.values
    text = OF_GUEST if user_id is None else OF_USER
    key: int = rows.run(text, [public_id(), user_id, guest])[0][0]
    return key


def merge(guest: str, *, user_id: int) -> None:
    """Move what is in the guest's cart into the person's, once: the guest's is closed by it.

    A variant in both keeps the larger quantity and is in the cart if it was in either. What is
    more than MOST_LINES then waits among what is saved for later, of which the newest MOST_SAVED
    stay. Locks the guest's cart, then the person's.
    """
    with transaction.atomic():
        found = rows.run(GUESTS_CART, [guest])
        if not found:
            return
        theirs = found[0][0]
        cart = open_cart(Owner(user_id))
        rows.run(MERGE, [cart, theirs])
        rows.run(SAVE_THE_REST, [cart, MOST_LINES])
        rows.run(DROP_THE_OLDEST, [cart, MOST_SAVED])
        rows.run(EMPTY, [theirs])
        rows.run(CLOSE, [cart, theirs])


def bought(cart: int, *, quantities: Mapping[int, int]) -> None:
    """Take what an order placed from `cart` has paid for out of it: variant → pieces, by keys.

    For the transaction that makes the order paid. More pieces than were bought stay, as does what
    is saved for later. Where the cart was merged since, its lines are in the person's. Locks the
    cart, the person's after it, and the lines.
    """
    for (home,) in rows.run(HOME, [cart]):
        if home != cart:
            rows.run(HOME, [home])
        rows.run(BOUGHT, [list(quantities), list(quantities.values()), home])


def forget_guests(*, most: int = 1000) -> int:
    """Delete guests' carts that no cookie can name any more, at most `most`; how many there were."""
    dead = timezone.now() - timedelta(days=GUEST_DAYS)
    old = Cart.objects.filter(user=None, created_at__lt=dead).values_list("pk", flat=True)[:most]
    return Cart.objects.filter(pk__in=list(old)).delete()[1].get("checkout.Cart", 0)
