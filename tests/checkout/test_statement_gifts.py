"""What our own offers gave a shop has a column of its own: gross less fee, with the gift, is net."""

from __future__ import annotations

import pytest

from catalogue.models import Merchant
from checkout import months
from checkout.ledger import Account
from checkout.models import ClosedMonth, Offer, Order, OrderDiscount
from tests.statements import one, paris, post, printed, sale, table

GIFT = 465


@pytest.fixture
def given(plage: Merchant, order: Order) -> Merchant:
    """A sale for €60.00 in October on which our fee is €3.00 and our offer gave €4.65."""
    OrderDiscount.objects.create(
        order=order,
        offer=Offer.objects.create(name="We give", kind="amount", amount=500, currency="EUR"),
        merchant=plage,
        label="We give",
        amount=GIFT,
        by_platform=True,
    )
    sale(plage, paris(2025, 10, 2), 6_000, 300 - GIFT, order=order)
    return plage


def back(merchant: Merchant, order: Order, *, day: int, amount: int, kept: int) -> None:
    """A refund of `amount`, of which we had kept `kept`."""
    entries = [(Account.MERCHANT, amount - kept), (Account.FEES, kept)]
    post(merchant, "refund_owed", paris(2025, 10, day), entries, order=order)


def figures(merchant: Merchant) -> list[tuple[int, int, int, int]]:
    changes = one(merchant, "2025-10").sums
    for each in changes:
        assert each.gross - each.fee + each.gift == each.net
    return [(each.gross, each.fee, each.gift, each.net) for each in changes]


def test_the_sale_shows_fee_and_gift_apart(given: Merchant) -> None:
    assert figures(given) == [(6_000, 300, 465, 6_165)]
    [_opening, row, _closing] = table(one(given, "2025-10"))
    names = ("gross", "fee", "gift", "net")
    assert [row[name] for name in names] == ["60.00", "3.00", "4.65", "61.65"]
    assert "Sale €60.00 €3.00 €4.65 €61.65" in printed(one(given, "2025-10"))


def test_nothing_of_either_is_left_where_all_goes_back(given: Merchant, order: Order) -> None:
    """In three refunds whose parts of it are no whole cents."""
    for day, amount in ((3, 2_000), (4, 2_000), (5, 2_000)):
        back(given, order, day=day, amount=amount, kept=-55)
    statement = one(given, "2025-10")
    assert (statement.fee, statement.gift, statement.closing) == (0, 0, 0)
    assert figures(given) == [(6_000, 300, 465, 6_165), (-6_000, -300, -465, -6_165)]


def test_a_gift_as_high_as_the_fee_shows_with_the_sale(plage: Merchant, order: Order) -> None:
    offer = Offer.objects.create(name="We give", kind="amount", amount=500, currency="EUR")
    OrderDiscount.objects.create(
        order=order, offer=offer, merchant=plage, label="We give", amount=300, by_platform=True
    )
    sale(plage, paris(2025, 10, 2), 6_000, 0, order=order)
    back(plage, order, day=3, amount=2_000, kept=0)
    assert figures(plage) == [(6_000, 300, 300, 6_000), (-2_000, 0, 0, -2_000)]


def test_a_month_that_was_closed_before_stays_as_it_was(given: Merchant) -> None:
    october = months.of(given)[0]
    ClosedMonth.objects.create(
        merchant=given,
        month=october.first,
        ends_at=october.ends_at,
        time_zone=october.time_zone,
        holder=dict(october.holder),
        shows_gifts=False,
    )
    assert figures(given) == [(6_000, -165, 0, 6_165)]
    [_opening, row, _closing] = table(one(given, "2025-10"))
    assert (row["fee"], row["gift"], row["net"]) == ("-1.65", "0.00", "61.65")
