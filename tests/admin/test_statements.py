"""A list costs the same number of statements however long it is, and never counts its table."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue import products
from catalogue.products import NewVariant
from tests.shops import buy

LISTS = [
    *["catalogue_product", "catalogue_stockitem", "catalogue_stockmovement"],
    *["checkout_order", "fulfilment_fulfilmentorder", "webhooks_delivery", "webhooks_event"],
]


def statements(client, name):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        page = client.get(reverse(f"admin:{name}_changelist"))
    assert page.status_code == 200
    return len(page.context["cl"].result_list), [query["sql"] for query in seen.captured_queries]


@pytest.mark.parametrize("who", ["owner", "staff"])
def test_lists(browser, world, who):
    client = browser(world.plage.owner if who == "owner" else world.staff)
    before = {name: statements(client, name) for name in LISTS}
    for number in range(5):
        products.create(
            world.plage.merchant,
            title=f"Towel {number}",
            variants=[NewVariant(price=100, sku=f"T{number}", on_hand=1)],
            actor=None,
        )
        buy(world.mai, world.plage, world.rayon)
    for name in LISTS:
        rows, ran = before[name]
        more, again = statements(client, name)
        assert more > rows, name
        assert len(again) == len(ran), (name, again)
        counts = [sql for sql in again if sql.startswith("SELECT COUNT(")]
        assert not [sql for sql in counts if " LIMIT 100) subquery" not in sql], name
