"""A statement on paper, in the reader's language and in the look of the invoices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date

from babel.dates import format_date
from django.utils.translation import gettext as _

from checkout.statements import Change, Movement, Statement, add_up
from shopping.paper import Paper, Row
from shopping.templatetags.money import country, language, money

# Some thirty sheets. Nobody reads more on paper, and one of thousands takes its time.
LISTED = 1_000


def pdf(statement: Statement) -> bytes:
    """A final month gives the same bytes whenever it is printed in a language."""
    read = _Reading(statement)
    sums = add_up(read.movements())
    paper = Paper(title=statement.title, language=language(), numbered=True)
    paper.set_creation_date(statement.month.ends_at.astimezone(UTC))
    _head(paper, statement)
    _summary(paper, statement, sums, closing=read.balance)
    _listed(paper, statement, read)
    return bytes(paper.output())


class _Reading:
    """What paper keeps of a month that is read once, however long it is: the movements that it
    lists, how many there were, and the balance after the last."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.listed: list[Movement] = []
        self.count = 0
        self.balance = statement.opening

    def movements(self) -> Iterator[Movement]:
        for each in self.statement.movements():
            if self.count < LISTED:
                self.listed.append(each)
            self.count += 1
            self.balance = each.balance
            yield each


def _head(paper: Paper, statement: Statement) -> None:
    month, holder = statement.month, statement.month.holder
    paper.label(_("For"))
    vat = holder["vat_number"] and _("VAT number %(number)s") % {"number": holder["vat_number"]}
    address = holder["address"].splitlines()
    paper.block([holder["name"], *address, country(holder["country"]), vat])
    paper.label(_("Month"))
    days = {"first": _long(month.first), "last": _long(month.last)}
    counted = {"currency": statement.currency, "zone": month.time_zone}
    paper.block(
        [
            _("From %(first)s to %(last)s") % days,
            _("Amounts in %(currency)s, days in the time zone %(zone)s") % counted,
        ]
    )


def _summary(paper: Paper, statement: Statement, sums: Sequence[Change], *, closing: int) -> None:
    """The sums by kind, the balances, and our fee as an accountant books it."""
    total = Change("", sum(each.net for each in sums), sum(each.fee for each in sums))
    rows = [_row(each.words, each, statement) for each in sums]
    heading = Row(_("What"), [_("Gross"), _("Our fee"), _("Net")])
    paper.columns(heading, rows)
    paper.sums([_row(_("Total"), total, statement, strong=True)])
    paper.sums(
        [
            _sum(_("Opening balance"), statement.opening, statement),
            _sum(statement.closing_words, closing, statement, strong=True),
            _sum(_("Our fee in this month"), total.fee, statement, strong=True),
        ]
    )
    paper.block([_("The balance is what we owe you and have not sent yet.")])


def _listed(paper: Paper, statement: Statement, read: _Reading) -> None:
    if not read.count:
        paper.block([_("Nothing moved in this month.")])
        return
    heading = Row(_("Movements"), [_("Gross"), _("Our fee"), _("Net"), _("Balance")])
    paper.columns(heading, _movements(statement, read.listed))
    left = read.count - len(read.listed)
    if left:
        paper.block([_("The CSV file of this month lists %(count)s more.") % {"count": left}])


def _movements(statement: Statement, found: Sequence[Movement]) -> Iterator[Row]:
    for each in found:
        day = format_date(each.at.date(), "d MMM", locale=language())
        words = ", ".join(filter(None, [day, each.words, each.reference]))
        yield _row(words, each, statement, more=[each.balance])


def _row(
    words: str,
    change: Change,
    statement: Statement,
    *,
    more: Sequence[int] = (),
    strong: bool = False,
) -> Row:
    amounts = [change.gross, change.fee, change.net, *more]
    return Row(words, [money(amount, statement.currency) for amount in amounts], strong=strong)


def _sum(words: str, amount: int, statement: Statement, *, strong: bool = False) -> Row:
    return Row(words, [money(amount, statement.currency)], strong=strong)


def _long(day: date) -> str:
    return format_date(day, "long", locale=language())
