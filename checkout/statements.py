"""What a merchant earned, paid us and was sent in a calendar month; read from the ledger alone.

A merchant's balance is what we owe them and have not sent yet: the ledger's accounts `merchant` and
`transfers`. So a transfer counts when it has left for them, and not when it was decided upon.
Months are those of the merchant's time zone, see checkout.months. The statement of a finished month
is the same whenever it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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

# What a movement changes for a merchant: what they are owed, and what we keep of it. A transfer
# that is only decided upon changes neither. The plus signs are theirs.
CHANGES = """
-coalesce(sum(entry.amount) FILTER (WHERE entry.account IN ('merchant', 'transfers')), 0)::bigint,
-coalesce(sum(entry.amount) FILTER (WHERE entry.account = 'fees'), 0)::bigint
"""
JOINED = """
FROM checkout_ledgerentry entry
JOIN checkout_ledgertransaction movement ON movement.id = entry.transaction_id
"""
# Which month a moment is in is said by the months' beginnings, so that Python alone knows zones.
SUMS = f"""
SELECT entry.currency, width_bucket(movement.created_at, %s::timestamptz[]) AS month, movement.kind,
       {CHANGES}, min(movement.id), max(movement.id)
{JOINED}
WHERE entry.merchant_id = %s AND entry.account IN ('merchant', 'transfers', 'fees')
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
MOVEMENTS = f"""
SELECT movement.created_at, movement.id, movement.kind, orders.number, {CHANGES}
{JOINED}
LEFT JOIN checkout_order orders ON orders.id = movement.order_id
WHERE entry.merchant_id = %s AND entry.currency = %s
  AND entry.account IN ('merchant', 'transfers', 'fees')
  AND entry.transaction_id BETWEEN %s AND %s
  AND movement.created_at >= %s AND movement.created_at < %s
  AND (movement.created_at, movement.id) > (%s, %s)
GROUP BY movement.id, orders.number
ORDER BY movement.created_at, movement.id LIMIT %s
"""

WORDS: dict[str, Promise] = {
    "capture": gettext_lazy("Sale"),
    "refund_owed": pgettext_lazy("statement", "Refund"),
    "refund_dropped": gettext_lazy("Refund that did not go through"),
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

    `net` is what the merchant is owed more; `fee` is what we keep more, less what our own offers
    gave; `gross` is both: what a shopper paid for the merchant's part, or got back of it.
    """

    kind: str
    net: int
    fee: int

    @property
    def gross(self) -> int:
        return self.net + self.fee

    @property
    def words(self) -> str:
        """The kind in the reader's language; one that has no words yet by its name."""
        return str(WORDS.get(self.kind, self.kind))

    def __bool__(self) -> bool:
        return bool(self.net or self.fee)


@dataclass(frozen=True, slots=True)
class Movement(Change):
    """`balance` is what the merchant is owed after it; `at` is in the merchant's time zone."""

    at: datetime
    number: int | None
    balance: int

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
        span = [self.merchant.pk, self.currency, *keys, month.begins_at, month.ends_at]
        at, key = month.begins_at, 0
        while True:
            found = rows.run(MOVEMENTS, [*span, at, key, PAGE])
            for at, key, kind, number, net, fee in found:  # noqa: B007 – the next page starts there
                balance += net
                if net or fee:
                    yield Movement(kind, net, fee, at.astimezone(month.zone), number, balance)
            if len(found) < PAGE:
                return


def of(merchant: Merchant) -> list[Statement]:
    """All of a merchant's statements, by currency and the newest first; at most three
    statements of SQL."""
    found_months = months.of(merchant)
    if not found_months:
        return []
    begins = [month.begins_at for month in found_months]
    found = rows.run(SUMS, [begins, merchant.pk])
    statements: list[Statement] = []
    for currency, of_currency in groupby(found, key=lambda row: row[0]):
        moved: dict[int, list[tuple[Change, int, int]]] = {}
        for _currency, month, kind, net, fee, low, high in of_currency:
            moved.setdefault(month, []).append((Change(kind, net, fee), low, high))
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
        before = sums.get(each.kind, Change(each.kind, 0, 0))
        sums[each.kind] = Change(each.kind, before.net + each.net, before.fee + each.fee)
    return [each for each in sums.values() if each]


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
