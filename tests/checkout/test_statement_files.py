"""A statement as files: CSV for a spreadsheet, PDF for an accountant."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import fields

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from catalogue.models import Merchant
from checkout import months, statement_csv, statement_pdf, statements
from checkout.ledger import Account
from checkout.models import Order
from checkout.statements import Movement, Statement
from shopping import csv_files
from tests.statements import autumn, one, paris, post, printed, sale, table

__all__ = ["autumn"]
BANK = "Bank’s fee for a dispute"


def test_the_csv_is_one_table_from_opening_to_closing(autumn: Merchant, order: Order) -> None:
    text = "".join(statement_csv.lines(one(autumn, "2025-10")))
    assert text.removeprefix("\ufeff").split("\r\n") == [
        "date,time,kind,what,order,currency,gross,fee,net,balance,gift",
        "2025-10-01,00:00:00,opening,Opening balance,,EUR,,,,95.00,",
        "2025-10-01,00:00:01,transfer,Transfer to you,,EUR,-95.00,0.00,-95.00,0.00,0.00",
        f"2025-10-02,09:30:00,capture,Sale,{order.reference},EUR,37.90,1.70,36.20,36.20,0.00",
        "2025-10-02,09:31:00,transfer,Transfer to you,,EUR,-36.20,0.00,-36.20,0.00,0.00",
        f"2025-10-03,08:00:00,refund_owed,Refund,{order.reference},EUR,-20.00,-1.00,-19.00,-19.00,0.00",
        "2025-10-03,08:01:00,reversal,Transfer taken back,,EUR,19.00,0.00,19.00,0.00,0.00",
        f"2025-10-31,23:58:00,dispute,Dispute,{order.reference},EUR,-17.90,-0.70,-17.20,-17.20,0.00",
        f"2025-10-31,23:59:00,dispute_fee,{BANK},{order.reference},EUR,-15.00,0.00,-15.00,-32.20,0.00",
        "2025-10-31,,closing,Closing balance,,EUR,,,,-32.20,",
        "",
    ]


def test_the_same_in_french_and_in_yen(plage: Merchant) -> None:
    sale(plage, paris(2025, 10, 2), 3_790, 170, currency="JPY")
    with translation.override("fr"):
        rows = table(one(plage, "2025-10", "JPY"))
        text = printed(one(plage, "2025-10", "JPY"))
    assert [row["what"] for row in rows] == ["Solde d’ouverture", "Vente", "Solde de clôture"]
    assert (rows[1]["gross"], rows[1]["fee"], rows[1]["balance"]) == ("3790", "170", "3620")
    assert "Relevé, octobre 2025" in text
    assert "Du 1 octobre 2025 au 31 octobre 2025" in text
    assert "Gagné ce mois-ci 3 790 JPY 170 JPY 0 JPY 3 620 JPY" in text.replace("¥", "JPY")


def test_the_paper_says_it_all(autumn: Merchant, order: Order) -> None:
    text = printed(one(autumn, "2025-10"))
    for words in (
        "Statement, October 2025",
        "For Plage France",
        "From October 1, 2025 to October 31, 2025",
        "Sale €37.90 €1.70 €0.00 €36.20",
        "Earned in this month -€15.00 €0.00 €0.00 -€15.00",
        "Opening balance €95.00",
        "Earned in this month -€15.00",
        "Transfer to you -€131.20",
        "Transfer taken back €19.00",
        "Closing balance -€32.20",
        f"3 Oct, Refund, {order.reference} -€20.00 -€1.00 €0.00 -€19.00 -€19.00",
        "Page 1 of 1",
    ):
        assert words in text


def test_a_finished_month_is_printed_the_same_for_ever(autumn: Merchant, order: Order) -> None:
    before = statement_pdf.pdf(one(autumn, "2025-10")), table(one(autumn, "2025-10"))
    sale(autumn, paris(2025, 11, 1), 5_000, 250, order=order)
    sale(autumn, timezone.now(), 5_000, 250, order=order)
    assert (statement_pdf.pdf(one(autumn, "2025-10")), table(one(autumn, "2025-10"))) == before


def test_a_closed_month_stays_whatever_its_merchant_changes(autumn: Merchant, order: Order) -> None:
    months.close_finished()
    found = one(autumn, "2025-09"), one(autumn, "2025-10")
    before = [(statement_pdf.pdf(each), table(each)) for each in found]
    autumn.time_zone, autumn.name = "Pacific/Auckland", "Beach"
    autumn.address, autumn.legal_name = "1 Quay Street\nAuckland", "Beach Ltd"
    autumn.save()
    found = one(autumn, "2025-09"), one(autumn, "2025-10")
    assert [(statement_pdf.pdf(each), table(each)) for each in found] == before
    [running, *_past] = statements.of(autumn)
    assert running.month.time_zone == "Pacific/Auckland"
    assert running.opening == -3_220
    assert "For Beach Ltd 1 Quay Street Auckland" in printed(running)


def test_the_running_month_says_so_far(plage: Merchant) -> None:
    sale(plage, timezone.now(), 5_000, 250)
    [statement] = statements.of(plage)
    assert not statement.is_final
    assert "so far" in printed(statement)
    last = table(statement)[-1]
    assert (last["kind"], last["what"], last["balance"]) == ("so_far", "Balance so far", "47.50")


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("'=1", "''=1"),
        ("'t Hof", "'t Hof"),
        ("É-1001", "É-1001"),
        ("", ""),
    ],
)
def test_no_cell_of_words_is_a_formula(cell: str, written: str) -> None:
    assert csv_files.escaped(cell) == written


def test_a_kind_of_movement_without_words_is_written_safely(plage: Merchant) -> None:
    post(plage, "=cmd()", paris(2025, 10, 2), [(Account.MERCHANT, -100)])
    [_opening, row, _closing] = table(one(plage, "2025-10"))
    assert (row["kind"], row["what"], row["net"]) == ("'=cmd()", "'=cmd()", "1.00")


def test_a_long_month_is_read_in_pages(plage: Merchant, monkeypatch) -> None:
    """Equal moments too: the pages neither leave out nor repeat."""
    for minute in (1, 1, 1, 2, 3, 3, 4):
        sale(plage, paris(2025, 10, 2, 9, minute), 100, 5)
    whole = table(one(plage, "2025-10"))
    monkeypatch.setattr(statements, "PAGE", 2)
    statement = one(plage, "2025-10")
    with CaptureQueriesContext(connection) as ran:
        assert table(statement) == whole
    assert (len(whole), len(ran)) == (7 + 2, 4)


def test_the_file_begins_before_the_month_is_read_to_its_end(plage: Merchant, monkeypatch) -> None:
    monkeypatch.setattr(statements, "PAGE", 2)
    for minute in range(6):
        sale(plage, paris(2025, 10, 2, 9, minute), 100, 5)
    lines = statement_csv.lines(one(plage, "2025-10"))
    with CaptureQueriesContext(connection) as ran:
        for _ in range(4):
            next(lines)
    assert len(ran.captured_queries) == 1


def test_a_very_long_month_is_on_paper_up_to_a_thousand_lines(plage: Merchant, monkeypatch) -> None:
    monkeypatch.setattr(statement_pdf, "LISTED", 2)
    for minute in range(5):
        sale(plage, paris(2025, 10, 2, 9, minute), 100, 5)
    text = printed(one(plage, "2025-10"))
    assert text.count("2 Oct, Sale") == 2
    assert "The CSV file of this month lists 3 more." in text
    assert "Earned in this month €5.00 €0.25 €0.00 €4.75" in text


class Watched(Statement):
    """Counts the movements that are in memory, whenever one is read."""

    most = 0

    def movements(self) -> Iterator[Movement]:
        for each in Statement.movements(self):
            living = sum(type(thing) is Movement for thing in gc.get_objects())
            Watched.most = max(Watched.most, living)
            yield each


def test_paper_keeps_no_more_of_a_month_than_it_lists(plage: Merchant, monkeypatch) -> None:
    monkeypatch.setattr(statement_pdf, "LISTED", 2)
    for minute in range(9):
        sale(plage, paris(2025, 10, 2, 9, minute), 100, 5)
    statement = one(plage, "2025-10")
    text = printed(Watched(*[getattr(statement, each.name) for each in fields(statement)]))
    assert "Closing balance €8.55" in text
    # Two that are listed, the last one and the next.
    assert Watched.most == 4
