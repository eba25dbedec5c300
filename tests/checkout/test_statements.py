"""Statements: what a merchant was owed, earned and was sent, month by month, from the ledger."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from itertools import count, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from catalogue.models import Merchant
from checkout import months, statement_csv, statement_pdf, statements
from checkout.ledger import Account
from checkout.models import ClosedMonth, LedgerEntry, LedgerTransaction, Order
from checkout.statements import NoStatement, Statement
from tests.buying import open_shop

PARIS = ZoneInfo("Europe/Paris")
BANK = "Bank’s fee for a dispute"
NUMBERS = count(1)
Entries = Sequence[tuple[Account, int]]


def post(
    merchant: Merchant,
    kind: str,
    at: datetime,
    entries: Entries,
    *,
    order: Order | None = None,
    currency: str = "EUR",
) -> None:
    """A transaction of the ledger as it was written at `at`; our balance at Stripe is the rest."""
    movement = LedgerTransaction(kind=kind, reference=f"ref-{next(NUMBERS)}", order=order)
    with pytest.MonkeyPatch.context() as then:
        then.setattr(timezone, "now", lambda: at)
        movement.save()
    rest = -sum(amount for _account, amount in entries)
    for account, amount in [*entries, (Account.STRIPE, rest)]:
        mine = None if account == Account.STRIPE else merchant
        LedgerEntry.objects.create(
            transaction=movement, account=account, amount=amount, currency=currency, merchant=mine
        )


def sale(merchant: Merchant, at: datetime, gross: int, fee: int, **more: Any) -> None:
    entries = [(Account.MERCHANT, fee - gross), (Account.FEES, -fee)]
    post(merchant, "capture", at, entries, **more)


def sent(merchant: Merchant, at: datetime, amount: int, *, left_at: datetime | None) -> None:
    """A transfer that is decided upon at `at`, and left for the merchant at `left_at`."""
    decided = [(Account.MERCHANT, amount), (Account.TRANSFERS, -amount)]
    post(merchant, "transfer_owed", at, decided)
    if left_at:
        post(merchant, "transfer", left_at, [(Account.TRANSFERS, amount)])


def paris(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=PARIS)


def one(merchant: Merchant, month: str, currency: str = "EUR") -> Statement:
    return statements.find(merchant, currency=currency, month=month)


def table(statement: Statement) -> list[dict[str, str]]:
    text = "".join(statement_csv.lines(statement))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


def printed(statement: Statement) -> str:
    pages = PdfReader(BytesIO(statement_pdf.pdf(statement))).pages
    text = " ".join(page.extract_text() for page in pages)
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.fixture
def autumn(plage: Merchant, order: Order) -> Merchant:
    """A sale in September; in October a sale, a refund, a dispute, and what was sent."""
    sale(plage, paris(2025, 9, 30, 23, 59), 10_000, 500, order=order)
    sent(plage, paris(2025, 9, 30, 23, 59), 9_500, left_at=paris(2025, 10, 1, 0, 0, 1))
    sale(plage, paris(2025, 10, 2, 9, 30), 3_790, 170, order=order)
    sent(plage, paris(2025, 10, 2, 9, 30), 3_620, left_at=paris(2025, 10, 2, 9, 31))
    given = [(Account.MERCHANT, 1_900), (Account.FEES, 100)]
    post(plage, "refund_owed", paris(2025, 10, 3, 8, 0), given, order=order)
    taken = [(Account.MERCHANT, -1_900), (Account.TRANSFERS, 1_900)]
    post(plage, "reversal_owed", paris(2025, 10, 3, 8, 0), taken)
    post(plage, "reversal", paris(2025, 10, 3, 8, 1), [(Account.TRANSFERS, -1_900)])
    lost = [(Account.MERCHANT, 1_720), (Account.FEES, 70)]
    post(plage, "dispute", paris(2025, 10, 31, 23, 58), lost, order=order)
    bank = [(Account.MERCHANT, 1_500)]
    post(plage, "dispute_fee", paris(2025, 10, 31, 23, 59), bank, order=order)
    return plage


def test_a_month_by_kind_in_the_merchants_time_zone(autumn: Merchant) -> None:
    september, october = one(autumn, "2025-09"), one(autumn, "2025-10")
    assert (september.opening, september.closing, september.fee) == (0, 9_500, 500)
    assert (october.opening, october.closing, october.fee) == (9_500, -3_220, 0)
    assert [(each.kind, each.gross, each.fee, each.net) for each in october.sums] == [
        ("capture", 3_790, 170, 3_620),
        ("refund_owed", -2_000, -100, -1_900),
        ("dispute", -1_790, -70, -1_720),
        ("dispute_fee", -1_500, 0, -1_500),
        ("transfer", -13_120, 0, -13_120),
        ("reversal", 1_900, 0, 1_900),
    ]


def test_the_csv_is_one_table_from_opening_to_closing(autumn: Merchant, order: Order) -> None:
    text = "".join(statement_csv.lines(one(autumn, "2025-10")))
    assert text.removeprefix("\ufeff").split("\r\n") == [
        "date,time,kind,what,order,currency,gross,fee,net,balance",
        "2025-10-01,00:00:00,opening,Opening balance,,EUR,,,,95.00",
        "2025-10-01,00:00:01,transfer,Transfer to you,,EUR,-95.00,0.00,-95.00,0.00",
        f"2025-10-02,09:30:00,capture,Sale,{order.reference},EUR,37.90,1.70,36.20,36.20",
        "2025-10-02,09:31:00,transfer,Transfer to you,,EUR,-36.20,0.00,-36.20,0.00",
        f"2025-10-03,08:00:00,refund_owed,Refund,{order.reference},EUR,-20.00,-1.00,-19.00,-19.00",
        "2025-10-03,08:01:00,reversal,Transfer taken back,,EUR,19.00,0.00,19.00,0.00",
        f"2025-10-31,23:58:00,dispute,Dispute,{order.reference},EUR,-17.90,-0.70,-17.20,-17.20",
        f"2025-10-31,23:59:00,dispute_fee,{BANK},{order.reference},EUR,-15.00,0.00,-15.00,-32.20",
        "2025-10-31,,closing,Closing balance,,EUR,,,,-32.20",
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
    assert "Nos frais de ce mois 170 JPY" in text.replace("¥", "JPY")


def test_the_paper_says_it_all(autumn: Merchant, order: Order) -> None:
    text = printed(one(autumn, "2025-10"))
    for words in (
        "Statement, October 2025",
        "For Plage France",
        "From October 1, 2025 to October 31, 2025",
        "Sale €37.90 €1.70 €36.20",
        "Total -€127.20 €0.00 -€127.20",
        "Opening balance €95.00",
        "Closing balance -€32.20",
        "Our fee in this month €0.00",
        f"3 Oct, Refund, {order.reference} -€20.00 -€1.00 -€19.00 -€19.00",
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


def test_months_are_closed_once_and_not_before_they_are_final(
    autumn: Merchant, monkeypatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: paris(2025, 11, 1, 0, 59))
    months.close_finished()
    assert [str(row) for row in ClosedMonth.objects.all()] == [f"{autumn.pk}: 2025-09"]
    monkeypatch.setattr(timezone, "now", lambda: paris(2025, 11, 1, 1, 0))
    for _ in range(2):
        months.close_finished()
    months_closed = ClosedMonth.objects.order_by("month").values_list("month", "ends_at")
    assert [(f"{month:%Y-%m}", ends_at) for month, ends_at in months_closed] == [
        ("2025-09", paris(2025, 10, 1)),
        ("2025-10", paris(2025, 11, 1)),
    ]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ClosedMonth.objects.update(time_zone="UTC")


def test_the_running_month_says_so_far(plage: Merchant) -> None:
    sale(plage, timezone.now(), 5_000, 250)
    [statement] = statements.of(plage)
    assert not statement.is_final
    assert "so far" in printed(statement)
    last = table(statement)[-1]
    assert (last["kind"], last["what"], last["balance"]) == ("so_far", "Balance so far", "47.50")


def test_a_month_is_final_an_hour_after_its_end(autumn: Merchant, monkeypatch) -> None:
    """A payment that began before midnight may be written after it."""
    for at, final in (
        (paris(2025, 10, 31, 23, 59), False),
        (paris(2025, 11, 1, 0, 59), False),
        (paris(2025, 11, 1, 1, 0), True),
    ):
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        assert one(autumn, "2025-10").is_final is final


def test_a_transfer_that_has_not_left_is_still_owed(plage: Merchant) -> None:
    sale(plage, paris(2025, 10, 2), 10_000, 500)
    sent(plage, paris(2025, 10, 2), 9_500, left_at=None)
    assert one(plage, "2025-10").closing == 9_500
    assert [row["kind"] for row in table(one(plage, "2025-10"))] == [
        "opening",
        "capture",
        "closing",
    ]


def test_another_merchants_money_is_in_nobodys_statement(autumn: Merchant, rayon: Merchant) -> None:
    assert statements.of(rayon) == []
    sale(rayon, paris(2025, 10, 5), 700, 30)
    assert one(rayon, "2025-10").closing == 670
    assert one(autumn, "2025-10").closing == -3_220


@pytest.mark.parametrize(
    ("currency", "month"),
    [("EUR", "2025-08"), ("EUR", "2999-01"), ("EUR", "2025-13"), ("EUR", "x"), ("USD", "2025-10")],
)
def test_there_is_no_statement_of_a_month_without_one(autumn, currency, month) -> None:
    with pytest.raises(NoStatement):
        statements.find(autumn, currency=currency, month=month)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("É-1001", "É-1001"),
        ("", ""),
    ],
)
def test_no_cell_of_words_is_a_formula(cell: str, written: str) -> None:
    assert statement_csv.text(cell) == written


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
    assert "Our fee in this month €0.25" in text


# Minutes from July to December, through the end of summer time.
moments = st.integers(0, 190_000).map(
    lambda minutes: datetime(2025, 7, 25, tzinfo=UTC) + timedelta(minutes=minutes)
)
movements = st.lists(
    st.tuples(
        st.sampled_from(
            ["capture", "refund_owed", "transfer_owed", "transfer", "reversal", "dispute"]
        ),
        moments,
        st.integers(1, 10_000),
        st.integers(-50, 500),
        st.sampled_from(["EUR", "JPY"]),
    ),
    max_size=12,
)
ENTRIES = {
    "capture": lambda net, fee: [(Account.MERCHANT, -net), (Account.FEES, -fee)],
    "refund_owed": lambda net, fee: [(Account.MERCHANT, net), (Account.FEES, fee)],
    "dispute": lambda net, fee: [(Account.MERCHANT, net), (Account.FEES, fee)],
    "transfer_owed": lambda net, fee: [(Account.MERCHANT, net), (Account.TRANSFERS, -net)],
    "transfer": lambda net, fee: [(Account.TRANSFERS, net)],
    "reversal": lambda net, fee: [(Account.TRANSFERS, -net)],
}
ZONES = ["Europe/Paris", "Pacific/Auckland", "America/Los_Angeles", "UTC"]
shops = count(1)


@given(moved=movements, zone=st.sampled_from(ZONES))
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_each_month_opens_as_the_last_one_closed(db, moved, zone) -> None:
    shop = open_shop(f"shop{next(shops)}")
    shop.time_zone = zone
    for kind, at, net, fee, currency in moved:
        post(shop, kind, at, ENTRIES[kind](net, fee), currency=currency)
    found = statements.of(shop)
    for currency in ("EUR", "JPY"):
        chain = [each for each in reversed(found) if each.currency == currency]
        assert all(a.closing == b.opening for a, b in pairwise(chain))
        spans = [each.month for each in chain]
        assert all(a.ends_at == b.begins_at for a, b in pairwise(spans))
        for month in chain:
            lines = list(month.movements())
            assert month.closing == (lines[-1].balance if lines else month.opening)
            assert statements.add_up(lines) == month.sums
            assert all(month.month.begins_at <= line.at < month.month.ends_at for line in lines)
        owed = LedgerEntry.objects.filter(
            merchant=shop, currency=currency, account__in=["merchant", "transfers"]
        )
        assert (chain[-1].closing if chain else 0) == -sum(e.amount for e in owed)
