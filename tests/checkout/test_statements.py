"""Statements: what a merchant was owed, earned and was sent, month by month, from the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.models import Merchant
from checkout import months, statements
from checkout.ledger import Account
from checkout.models import ClosedMonth, LedgerEntry
from checkout.statements import NoStatement
from tests.buying import open_shop
from tests.statements import autumn, one, paris, post, sale, sent, table

__all__ = ["autumn"]


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
