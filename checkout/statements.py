# ruff: noqa: S608 - the text is made of words of our own, never of input
"""What a merchant earned, paid us and was sent in a calendar month; read from the ledger alone.

A merchant's balance is what we owe them and have not sent yet: the ledger's accounts `merchant` and
`transfers`. So a transfer counts when it has left for them, and not when it was decided upon.
Months are those of the merchant's time zone, see checkout.months. The statement of a finished month
is the same whenever it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from babel.dates import format_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalogue.models import Merchant
from checkout import months
from checkout.months import Month
from shopping import rows
from shopping.templatetags.money import language

# Movements that are read at once: a month of any length takes the memory of these, and on paper of
# those that it lists.
PAGE = 1_000

# Primary keys from the lowest to the highest that there can be.
ALL = (0, 2**63 - 1)

# What a movement changes for a merchant: what they are owed, and what we keep of it, which is our fee
# less what our own offers gave. A transfer that is only decided upon changes neither.
CHANGES = """
-coalesce(sum(entry.amount) FILTER (WHERE entry.account IN ('merchant', 'transfers')), 0)::bigint AS net,
-coalesce(sum(entry.amount) FILTER (WHERE entry.account = 'fees'), 0)::bigint AS kept
"""
JOINED = """
FROM checkout_ledgerentry entry
JOIN checkout_ledgertransaction movement ON movement.id = entry.transaction_id
"""
# What our offers gave a merchant, order by order.
GIVEN = """
SELECT order_id, sum(amount)::bigint AS gift FROM checkout_orderdiscount
WHERE merchant_id = %s AND by_platform GROUP BY order_id
"""
# What we had kept of an order when it was paid, and before a movement of it.
KEPT = """
SELECT -sum(entry.amount) FILTER (WHERE earlier.kind = 'capture') AS sold,
       -sum(entry.amount) FILTER (WHERE (earlier.created_at, earlier.id) < (moved.created_at, moved.id))
       AS before
FROM checkout_ledgertransaction earlier
JOIN checkout_ledgerentry entry ON entry.transaction_id = earlier.id
WHERE earlier.order_id = moved.order_id AND entry.merchant_id = %s AND entry.account = 'fees'
"""
# The part of `kept` that is a gift: all of it comes with the sale, and it goes back as what we keep
# does, so that nothing of either is left where all is given back.
GIFT = """
CASE WHEN given.gift IS NULL THEN 0
     WHEN coalesce(held.sold, 0) = 0 THEN CASE moved.kind WHEN 'capture' THEN given.gift ELSE 0 END
     ELSE round(given.gift * (coalesce(held.before, 0) + moved.kept) / held.sold)
          - round(given.gift * coalesce(held.before, 0) / held.sold)
END::bigint
"""
# `moved` is a row a movement.
GIFTS = f"""
LEFT JOIN ({GIVEN}) given ON given.order_id = moved.order_id
LEFT JOIN LATERAL ({KEPT}) held ON given.gift IS NOT NULL
"""
# Which month a moment is in is said by the months' beginnings, so that Python alone knows zones.
SUMS = f"""
SELECT moved.currency, width_bucket(moved.created_at, %s::timestamptz[]) AS month, moved.kind,
       sum(moved.net)::bigint, sum(moved.kept)::bigint, sum({GIFT})::bigint,
       min(moved.id), max(moved.id)
FROM (
    SELECT movement.id, movement.created_at, movement.kind, movement.order_id, entry.currency,
           {CHANGES}
    {JOINED}
    WHERE entry.merchant_id = %s AND entry.account IN ('merchant', 'transfers', 'fees')
    GROUP BY movement.id, entry.currency
) moved
{GIFTS}
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
MOVEMENTS = f"""
SELECT moved.created_at, moved.id, moved.kind, moved.number, moved.net, moved.kept, {GIFT}
FROM (
    SELECT movement.created_at, movement.id, movement.kind, movement.order_id, orders.number, {CHANGES}
    {JOINED}
    LEFT JOIN checkout_order orders ON orders.id = movement.order_id
    WHERE entry.merchant_id = %s AND entry.currency = %s
      AND entry.account IN ('merchant', 'transfers', 'fees')
      AND entry.transaction_id BETWEEN %s AND %s
      AND movement.created_at >= %s AND movement.created_at < %s
      AND (movement.created_at, movement.id) > (%s, %s)
    GROUP BY movement.id, orders.number
    ORDER BY movement.created_at, movement.id LIMIT %s
) moved
{GIFTS}
ORDER BY moved.created_at, moved.id
"""
SENT = ("transfer", "reversal")

WORDS: dict[str, Promise] = {
    "capture": gettext_lazy("Sale"),
    "refund_owed": pgettext_lazy("statement", "Refund"),
    "refund_dropped": gettext_lazy("Refund that did not go through"),
    "commission": gettext_lazy("Commission of a partner"),
    "dispute": gettext_lazy("Dispute"),
    "dispute_fee": gettext_lazy("Bank’s fee for a dispute"),
    "transfer": gettext_lazy("Transfer to you"),
    "reversal": gettext_lazy("Transfer taken back"),
}


class NoStatement(LookupError):
    """Nothing had moved yet in that month or currency, or the month has not begun."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a kind of movement came to, or one movement: minor units, plus is the merchant's.

    `net` is what the merchant is owed more: `gross`, which is what a shopper paid for the merchant's
    part or got back of it, less our `fee`, and with the `gift` that our own offers gave them.
    """

    kind: str
    net: int
    fee: int
    gift: int = 0

    @property
    def gross(self) -> int:
        return self.net + self.fee - self.gift

    @property
    def words(self) -> str:
        """The kind in the reader's language; one that has no words yet by its name."""
        return str(WORDS.get(self.kind, self.kind))

    def __bool__(self) -> bool:
        return bool(self.net or self.fee or self.gift)

    def __add__(self, other: Change) -> Change:
        return Change(self.kind, self.net + other.net, self.fee + other.fee, self.gift + other.gift)


@dataclass(frozen=True, slots=True)
class Movement(Change):
    """`balance` is what the merchant is owed after it; `at` is in the merchant's time zone."""

    at: datetime = field(kw_only=True)
    number: int | None = field(kw_only=True)
    balance: int = field(kw_only=True)

    @property
    def reference(self) -> str:
        """The order as people read it; empty for what is of none."""
        return f"É-{self.number}" if self.number else ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One merchant's month in one currency; `opening` is what they were owed at its beginning.

    `keys`: the lowest and the highest primary key of the transactions in it, which spare the
    database all other months.
    """

    merchant: Merchant
    currency: str
    month: Month
    opening: int
    sums: Sequence[Change]
    keys: tuple[int, int]

    @property
    def closing(self) -> int:
        return self.opening + sum(each.net for each in self.sums)

    @property
    def fee(self) -> int:
        """Our fee of the month, without the fees that went back."""
        return sum(each.fee for each in self.sums)

    @property
    def deducted(self) -> int:
        """The same as it stands in a sum from the opening to the closing balance."""
        return -self.fee

    @property
    def gift(self) -> int:
        """What our own offers gave in the month, without what came back of it."""
        return sum(each.gift for each in self.sums)

    @property
    def is_final(self) -> bool:
        return self.month.is_final

    @property
    def title(self) -> str:
        """As a heading in the reader's language."""
        words = {"month": format_date(self.month.first, "LLLL y", locale=language())}
        if self.is_final:
            return _("Statement, %(month)s") % words
        return _("Statement, %(month)s so far") % words

    @property
    def closing_words(self) -> str:
        return _("Closing balance") if self.is_final else _("Balance so far")

    @property
    def key(self) -> str:
        """The month as addresses and names of files have it: 2026-11."""
        return f"{self.month.first:%Y-%m}"

    def movements(self) -> Iterator[Movement]:
        """One by one, oldest first; a statement for every PAGE of them."""
        month, balance = self.month, self.opening
        low, high = self.keys
        # What comes in while this is read is of the running month.
        keys = [low, high if self.is_final else ALL[1]]
        shop = self.merchant.pk
        span = [shop, self.currency, *keys, month.begins_at, month.ends_at]
        at, key = month.begins_at, 0
        while True:
            found = rows.run(MOVEMENTS, [*span, at, key, PAGE, shop, shop])
            for at, key, kind, number, net, kept, gift in found:  # noqa: B007 – the next page starts there
                balance += net
                change = _change(month, kind, net=net, kept=kept, gift=gift)
                if change:
                    yield Movement(
                        *(change.kind, change.net, change.fee, change.gift),
                        at=at.astimezone(month.zone),
                        number=number,
                        balance=balance,
                    )
            if len(found) < PAGE:
                return


def of(merchant: Merchant) -> list[Statement]:
    """All of a merchant's statements, by currency and the newest first; at most three
    statements of SQL."""
    found_months = months.of(merchant)
    if not found_months:
        return []
    begins = [month.begins_at for month in found_months]
    found = rows.run(SUMS, [begins, *[merchant.pk] * 3])
    statements: list[Statement] = []
    for currency, of_currency in groupby(found, key=lambda row: row[0]):
        moved: dict[int, list[tuple[Change, int, int]]] = {}
        for _currency, place, kind, net, kept, gift, low, high in of_currency:
            change = _change(found_months[place - 1], kind, net=net, kept=kept, gift=gift)
            moved.setdefault(place, []).append((change, low, high))
        statements += reversed(_chain(merchant, currency, found_months, moved))
    return statements


def find(merchant: Merchant, *, currency: str, month: str) -> Statement:
    """The statement of a month such as "2026-11". Raises NoStatement."""
    for statement in of(merchant):
        if (statement.currency, statement.key) == (currency, month):
            return statement
    raise NoStatement(f"{currency} {month}")


def add_up(changes: Iterable[Change]) -> list[Change]:
    """What they came to kind by kind, in the order of WORDS; nothing of a kind that moved nothing."""
    sums: dict[str, Change] = {kind: Change(kind, 0, 0) for kind in WORDS}
    for each in changes:
        sums[each.kind] = sums.get(each.kind, Change(each.kind, 0, 0)) + each
    return [each for each in sums.values() if each]


def _change(month: Month, kind: str, *, net: int, kept: int, gift: int) -> Change:
    """A month that was closed before gifts had a column stays as it was: they lower the fee there."""
    shown = gift if month.shows_gifts else 0
    return Change(kind, net, kept + shown, shown)


def _chain(
    merchant: Merchant,
    currency: str,
    found_months: Sequence[Month],
    moved: dict[int, list[tuple[Change, int, int]]],
) -> list[Statement]:
    """From the first month in which something moved in `currency`; each opens as the last closed."""
    chain: list[Statement] = []
    for place, month in enumerate(found_months, start=1):
        found = moved.get(place, [])
        if found or chain:
            opening = chain[-1].closing if chain else 0
            sums = add_up(change for change, _low, _high in found)
            low = min((low for _change, low, _high in found), default=ALL[0])
            high = max((high for _change, _low, high in found), default=ALL[0])
            chain.append(Statement(merchant, currency, month, opening, sums, (low, high)))
    return chain
