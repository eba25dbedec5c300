"""A statement on paper, in the reader's language and in the look of the invoices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date

from babel.dates import format_date
from django.utils.translation import gettext as _

from checkout.statements import SENT, Change, Movement, Statement, add_up
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
    """What was earned by kind, with our fee and our offers as an accountant books them, and how it
    leads from one balance to the other: what was sent is earned before, and in no such sum."""
    earned = [each for each in sums if each.kind not in SENT]
    total = sum(earned, Change("", 0, 0))
    heading = Row(_("What"), [_("Gross"), _("Our fee"), _("Our offers"), _("Net")])
    paper.columns(heading, [_row(each.words, each, statement) for each in earned])
    paper.sums([_row(_("Earned in this month"), total, statement, strong=True)])
    paper.sums(
        [
            _sum(_("Opening balance"), statement.opening, statement),
            _sum(_("Earned in this month"), total.net, statement),
            *(_sum(each.words, each.net, statement) for each in sums if each.kind in SENT),
            _sum(statement.closing_words, closing, statement, strong=True),
        ]
    )
    paper.block([_("The balance is what we owe you and have not sent yet.")])


def _listed(paper: Paper, statement: Statement, read: _Reading) -> None:
    if not read.count:
        paper.block([_("Nothing moved in this month.")])
        return
    columns = [_("Gross"), _("Our fee"), _("Our offers"), _("Net"), _("Balance")]
    heading = Row(_("Movements"), columns)
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
    amounts = [change.gross, change.fee, change.gift, change.net, *more]
    return Row(words, [money(amount, statement.currency) for amount in amounts], strong=strong)


def _sum(words: str, amount: int, statement: Statement, *, strong: bool = False) -> Row:
    return Row(words, [money(amount, statement.currency)], strong=strong)


def _long(day: date) -> str:
    return format_date(day, "long", locale=language())
