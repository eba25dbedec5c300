"""A statement as CSV: one table, one line a movement, between the opening and the closing balance.

Written as all our files are, see shopping.csv_files. Amounts are decimals of the currency with a point
and all its decimals; `kind` is the ledger's own word, the same in every language, and `what` the
reader's. There are no lines of sums, so that a column adds up.
In each line `gross` - `fee` + `gift` is `net`: `gift` is what our own offers gave the merchant, minus
where it comes back. It stands last, where no older reader of the file looks; months that were closed
before it was there have it at 0 and in the fee.
A file whose last line is neither `closing` nor `so_far` broke off on its way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from checkout.statements import WORDS, Statement
from shopping import csv_files
from shopping.money import Money

COLUMNS = [
    *["date", "time", "kind", "what", "order"],
    *["currency", "gross", "fee", "net", "balance", "gift"],
]


def lines(statement: Statement) -> Iterator[str]:
    """The file's lines, in the reader's language at the time of the call; memory stays constant."""
    words = {kind: str(text) for kind, text in WORDS.items()}
    rows = _rows(statement, words, opening=_("Opening balance"), closing=statement.closing_words)
    return csv_files.lines(rows)


def _rows(
    statement: Statement, words: dict[str, str], *, opening: str, closing: str
) -> Iterator[list[object]]:
    balance = statement.opening
    yield list(COLUMNS)
    begins = _moment(statement.month.begins_at.astimezone(statement.month.zone))
    yield [*begins, "opening", *_of_none(opening, statement, balance)]
    for each in statement.movements():
        balance = each.balance
        what = words.get(each.kind, each.kind)
        amounts = (each.gross, each.fee, each.net, balance, each.gift)
        figures = [_decimal(amount, statement.currency) for amount in amounts]
        yield [
            *_moment(each.at),
            *(each.kind, what, each.reference, statement.currency),
            *figures,
        ]
    if statement.is_final:
        ends = (statement.month.last.isoformat(), "")
        yield [*ends, "closing", *_of_none(closing, statement, balance)]
    else:
        now = timezone.now().astimezone(statement.month.zone)
        yield [*_moment(now), "so_far", *_of_none(closing, statement, balance)]


def _of_none(what: str, statement: Statement, balance: int) -> list[object]:
    """The rest of a line that is no movement."""
    currency = statement.currency
    return [what, "", currency, "", "", "", _decimal(balance, currency), ""]


def _moment(at: datetime) -> tuple[str, str]:
    return at.date().isoformat(), at.time().isoformat(timespec="seconds")


def _decimal(amount: int, currency: str) -> Decimal:
    return Money(amount, currency).decimal
