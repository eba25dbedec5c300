"""How many pieces of a drop one person may have, over all their orders, whoever presses at once."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from checkout.buyers import AddressData, Buyer
from checkout.errors import PersonLimit
from checkout.models import DropPurchase, Order
from checkout.offers import person
from checkout.quotes import Quote
from shopping import rows

LOCK = """
SELECT id, pieces IS NULL FROM catalogue_drop WHERE id = ANY (%s::bigint[])
ORDER BY id FOR NO KEY UPDATE
"""
# Pieces of cancelled orders and those that were refunded are not held any more. Whoever is signed in
# is held by what others order with their e-mail or at their door only once that is paid: else
# anybody could spend their limit for nothing.
HELD = """
SELECT d.id, d.per_person, coalesce((
    SELECT sum(line.quantity - line.refunded_quantity) FROM checkout_droppurchase had
    JOIN checkout_order o ON o.id = had.order_id AND o.status <> 'cancelled'
    JOIN checkout_orderline line ON line.order_id = had.order_id
    JOIN catalogue_variant v ON v.id = line.variant_id AND v.product_id = d.product_id
    WHERE had.drop_id = d.id AND (had.principal = who.principal OR (
        (had.email = who.email OR (had.address = who.address AND NOT (had.is_member AND who.is_member)))
        AND (o.paid_at IS NOT NULL OR NOT who.is_member)))), 0)
FROM catalogue_drop d, (SELECT %s::varchar AS principal, %s::varchar AS email,
                               %s::varchar AS address, %s::boolean AS is_member) who
WHERE d.id = ANY (%s::bigint[])
"""
# The order's own pieces are reserved already; nothing of it was sold before it opened.
COUNT_PIECES = """
UPDATE catalogue_drop d SET pieces = %s + coalesce((
    SELECT sum(item.on_hand - item.reserved) FROM catalogue_stockitem item
    JOIN catalogue_variant v ON v.id = item.variant_id AND v.active
    WHERE v.product_id = d.product_id), 0)
WHERE d.id = %s
"""


@dataclass(frozen=True, slots=True)
class Person:
    """All that a person is known by."""

    principal: str
    email: str
    address: str
    is_member: bool

    @classmethod
    def of(cls, buyer: Buyer, address: AddressData) -> Person:
        return cls(buyer.principal, plain(buyer.email), digest(address), buyer.user is not None)


def take(quoted: Quote, person: Person) -> None:
    """See that `person` may have what is `quoted` of drops.

    In the transaction that writes the order, after the reservation of its stock. Locks the drops
    in key order until its end. Raises PersonLimit; then the transaction has to be given up.
    Without a drop it runs nothing.
    """
    wanted = pieces_of(quoted)
    if not wanted:
        return
    keys = sorted(wanted)
    uncounted = [key for key, is_first in rows.run(LOCK, [keys]) if is_first]
    # Under the locks, and by a statement of its own: it sees what others wrote while we waited.
    who = [person.principal, person.email, person.address, person.is_member]
    for key, most, held in rows.run(HELD, [*who, keys]):
        if held + wanted[key] > most:
            titles = [line.product.title for line in quoted.lines if line.drop_pk == key]
            raise PersonLimit(titles[0], most=most, held=int(held))
    for key in uncounted:
        rows.run(COUNT_PIECES, [wanted[key], key])


def rows_of(order: Order, quoted: Quote, person: Person) -> list[DropPurchase]:
    """The rows, not written yet, that say whose `order` is to each of its drops."""
    return [
        DropPurchase(
            order=order,
            drop_id=key,
            principal=person.principal,
            email=person.email,
            address=person.address,
            is_member=person.is_member,
        )
        for key in sorted(pieces_of(quoted))
    ]


def pieces_of(quoted: Quote) -> dict[int, int]:
    """Primary key of each drop in the quote → pieces of it, all its variants together."""
    wanted: dict[int, int] = {}
    for line in quoted.lines:
        if line.drop_pk is not None:
            wanted[line.drop_pk] = wanted.get(line.drop_pk, 0) + line.quantity
    return wanted


def plain(email: str) -> str:
    """`email` without what does not change where it goes: case, and a +tag of its owner's."""
    name, at, host = person(email).rpartition("@")
    return f"{name.partition('+')[0]}{at}{host}"


def digest(address: AddressData) -> str:
    """The same for the same house and flat, however it is spelt; the name does not count."""
    parts: Sequence[str] = (
        address.country,
        address.postal_code,
        address.city if not address.postal_code else "",
        address.line1 + address.line2,
    )
    return hashlib.sha256("|".join(map(_letters, parts)).encode()).hexdigest()


def _letters(text: str) -> str:
    """Letters and digits alone, without accents, all small."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if each.isalnum())
