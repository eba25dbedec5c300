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
    found = list(statement.movements())
    paper = Paper(title=statement.title, language=language(), numbered=True)
    paper.set_creation_date(statement.month.ends_at.astimezone(UTC))
    _head(paper, statement)
    _summary(paper, statement, found)
    _listed(paper, statement, found)
    return bytes(paper.output())


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


def _summary(paper: Paper, statement: Statement, found: Sequence[Movement]) -> None:
    """The sums by kind, the balances, and our fee as an accountant books it."""
    closing = found[-1].balance if found else statement.opening
    total = Change("", sum(each.net for each in found), sum(each.fee for each in found))
    rows = [_row(each.words, each, statement) for each in add_up(found)]
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


def _listed(paper: Paper, statement: Statement, found: Sequence[Movement]) -> None:
    if not found:
        paper.block([_("Nothing moved in this month.")])
        return
    heading = Row(_("Movements"), [_("Gross"), _("Our fee"), _("Net"), _("Balance")])
    paper.columns(heading, _movements(statement, found[:LISTED]))
    left = len(found) - LISTED
    if left > 0:
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
