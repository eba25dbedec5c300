"""What is kept for the law alone ends with the law."""

from __future__ import annotations

from datetime import UTC, datetime

from checkout.models import Order
from fulfilment import old_buyers
from fulfilment.models import Invoice
from tests.shops import Cast


def test_after_ten_full_years_nobody_is_named(world: Cast) -> None:
    year = datetime.now(tz=UTC).year - old_buyers.YEARS
    order = Order.objects.filter(pk=world.order.pk)
    order.update(placed_at=datetime(year, 1, 1, tzinfo=UTC))
    assert old_buyers.forget() == 0
    before = order.values("total", "country", "status").get()
    order.update(placed_at=datetime(year - 1, 12, 31, tzinfo=UTC))
    assert old_buyers.forget() == 1
    assert old_buyers.forget() == 0
    assert order.values("total", "country", "status").get() == before
    assert (order.get().name, order.get().phone) == ("—", "")
    invoice = Invoice.objects.get(fulfilment_order__order=world.order)
    assert set(invoice.buyer.values()) == {"—", "", "FR"}
