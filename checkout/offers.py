"""Offers: those that may count for a price, and the verbs that take, give back and keep them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from checkout.discounts import Rule
from checkout.models import Offer, Order
from shopping import rows

# The offers that a price may depend on: those that hold by themselves for one of the variants, and
# the one of the code, good or not. A part of a SELECT; its values are those of `values`. It reads
# nothing of the rows around it, so PostgreSQL asks once for all of them.
FOUND = """
SELECT json_agg(json_build_object(
    'key', o.id, 'merchant', o.merchant_id, 'name', o.name, 'code', o.code, 'kind', o.kind,
    'basis_points', o.basis_points, 'amount', o.amount, 'currency', o.currency,
    'minimum', o.minimum, 'most', o.most, 'starts_at', o.starts_at,
    'combines', o.combines,
    'limited', o.total_limit IS NOT NULL OR o.person_limit IS NOT NULL,
    'shop', (SELECT name FROM catalogue_merchant m WHERE m.id = o.merchant_id),
    'standing', CASE
        WHEN o.starts_at > now() AND o.active THEN 'early'
        WHEN o.ends_at <= now() OR NOT o.active THEN 'over'
        WHEN o.used >= o.total_limit THEN 'used_up'
        WHEN o.person_limit <= (
            SELECT count(*) FROM checkout_offeruse u
            WHERE u.offer_id = o.id AND (u.principal = who.principal OR u.email = who.email)
        ) THEN 'used'
        ELSE 'good' END) ORDER BY o.id)
FROM (SELECT %s::uuid[] AS variants, %s::varchar[] AS codes, %s::varchar AS principal,
             %s::varchar AS email) who
JOIN checkout_offer o ON o.code = ANY (who.codes)
    OR (o.active AND o.code IS NULL AND (o.merchant_id IS NULL OR o.merchant_id IN (
        SELECT v.merchant_id FROM catalogue_variant v WHERE v.public_id = ANY (who.variants))))
"""
# A row that another transaction has changed meanwhile comes out of the inner SELECT with its new
# figures, and the UPDATE reads the same new version.
TAKE = """
WITH locked AS (
    SELECT id, total_limit, used FROM checkout_offer WHERE id = ANY (%s::bigint[])
    ORDER BY id FOR NO KEY UPDATE
)
UPDATE checkout_offer o SET used = o.used + 1 FROM locked
WHERE o.id = locked.id AND (locked.total_limit IS NULL OR locked.used < locked.total_limit)
RETURNING o.id
"""
USED_BEFORE = """
SELECT o.id FROM checkout_offer o
WHERE o.id = ANY (%s::bigint[]) AND o.person_limit <= (
    SELECT count(*) FROM checkout_offeruse u
    WHERE u.offer_id = o.id AND (u.principal = %s OR u.email = %s))
"""
GIVE_BACK = """
WITH gone AS (DELETE FROM checkout_offeruse WHERE order_id = %s RETURNING offer_id),
locked AS (
    SELECT id FROM checkout_offer WHERE id IN (SELECT offer_id FROM gone)
    ORDER BY id FOR NO KEY UPDATE
)
UPDATE checkout_offer o SET used = o.used - 1 FROM locked WHERE o.id = locked.id
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who asks for a price, as far as it is known, and the tidied code that they typed.

    `test_shop_id` is the test space (its primary key) that they try it in, if they do. `more` are
    further codes, tidied as well: pages take one, agents may say several. `rates` are the ways of
    delivery (public ids) that they chose.
    """

    code: str = ""
    principal: str = ""
    email: str = ""
    test_shop_id: int | None = None
    more: tuple[str, ...] = ()
    rates: tuple[UUID, ...] = ()

    @property
    def codes(self) -> list[str]:
        """All that were said, each once, in their order."""
        return [code for code in dict.fromkeys([self.code, *self.more]) if code]

    def values(self, variants: Sequence[Any]) -> list[Any]:
        """What FOUND is asked with, for the public ids of `variants`."""
        return [list(variants), self.codes, self.principal, person(self.email)]


NOBODY = Claim()
EDITABLE = [
    *["merchant", "name", "code", "kind", "basis_points", "amount", "currency", "minimum"],
    "most",
    *["starts_at", "ends_at", "total_limit", "person_limit", "combines", "active"],
]


class Exhausted(Exception):
    """An offer that was there when the price was asked for has been taken by others since."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer as it stands for one claim; `standing` is "good" or a codes.Reason."""

    rule: Rule
    name: str
    code: str
    currency: str
    standing: str
    starts_at: datetime | None
    shop: str
    is_limited: bool
    combines: bool

    @property
    def label(self) -> str:
        return f"{self.name} ({self.code})" if self.code else self.name


def person(email: str) -> str:
    """How an e-mail address is kept, to know its owner again."""
    return email.strip().lower()


def read(found: Sequence[Mapping[str, Any]] | None) -> list[Offered]:
    """What FOUND gave."""
    return [_offered(row) for row in found or ()]


def _offered(row: Mapping[str, Any]) -> Offered:
    starts_at = row["starts_at"]
    return Offered(
        rule=Rule(
            key=row["key"],
            merchant=row["merchant"],
            minimum=row["minimum"],
            basis_points=row["basis_points"] or 0,
            amount=row["amount"] or 0,
            free_delivery=row["kind"] == Offer.Kind.FREE_DELIVERY,
            most=row["most"],
        ),
        name=row["name"],
        code=row["code"] or "",
        currency=row["currency"],
        standing=row["standing"],
        starts_at=datetime.fromisoformat(starts_at) if starts_at else None,
        shop=row["shop"] or "",
        is_limited=row["limited"],
        combines=row["combines"],
    )


def take(limited: Sequence[int], *, principal: str, email: str) -> None:
    """Count one more order for each of the offers `limited` (primary keys), all of them or none.

    In the caller's transaction, which also writes the OfferUse rows. Locks the offers in key
    order until its end, after any stock. Raises Exhausted where a limit is reached; then the
    transaction has to be given up. Without limited offers it runs nothing.
    """
    if not limited:
        return
    keys = sorted(limited)
    if len(rows.run(TAKE, [keys])) < len(keys):
        raise Exhausted
    # Under the locks, and by a statement of its own: it sees what others wrote while we waited.
    if rows.run(USED_BEFORE, [keys, principal, person(email)]):
        raise Exhausted


def give_back(order: Order) -> None:
    """Let others have what an order that is cancelled unpaid held of offers with a limit.

    In the caller's transaction, which holds the order's lock. Locks the offers in key order,
    after any stock. The order's lines stay as they were.
    """
    if order.discount_total:
        rows.run(GIVE_BACK, [order.pk])


def save(offer: Offer) -> None:
    """Write a new offer or a changed one; placed orders keep what they were given.

    How often it was used is not written: orders count that meanwhile. Raises
    django.core.exceptions.ValidationError for one that makes no sense, IntegrityError for a limit
    below what was used a moment ago.
    """
    offer.full_clean()
    offer.save(update_fields=None if offer._state.adding else EDITABLE)
