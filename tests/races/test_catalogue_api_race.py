"""Of several calls that were decided by the same reading, one changes the thing and the others are told."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from catalogue.models import Membership, Merchant, StockMovement, Variant
from partners import keys
from partners.scopes import FOR_SHOPS
from tests.catalogue_api.conftest import Call, calling, euros
from tests.races.crowd import at_once
from tests.shops import person

pytestmark = pytest.mark.django_db(transaction=True)
CALLS = 4
ROUNDS = 5


@pytest.fixture
def call(plage: Merchant) -> Call:
    owner = person("plages_owner")
    Membership.objects.create(user=owner, merchant=plage, role=Membership.Role.OWNER)
    return calling(keys.make(name="PIM", scopes=FOR_SHOPS, made_by=owner, merchant=plage)[1])


def statuses(call: Call, method: str, address: str, bodies: list[Any]) -> list[int]:
    """What they are answered who send `bodies` at once, each with the ETag that all of them have seen."""
    seen = call("get", address)["ETag"]
    jobs = [partial(call, method, address, body, **{"If-Match": seen}) for body in bodies]
    return sorted(answer.status_code for answer in at_once(jobs))


def test_of_patches_with_the_same_if_match_one_is_done(call: Call, flipflops: Variant) -> None:
    address = f"/api/v1/products/{flipflops.product.public_id}/"
    for number in range(ROUNDS):
        bodies = [{"title": f"Title {number}-{each}"} for each in range(CALLS)]
        assert statuses(call, "patch", address, bodies) == [200, *[412] * (CALLS - 1)]
    assert flipflops.product.history.count() == ROUNDS


def test_of_counts_with_the_same_if_match_one_is_done(call: Call, flipflops: Variant) -> None:
    address = f"/api/v1/variants/{flipflops.public_id}/stock/"
    before = StockMovement.objects.count()
    for number in range(ROUNDS):
        bodies = [{"on_hand": 20 + number * CALLS + each} for each in range(CALLS)]
        assert statuses(call, "put", address, bodies) == [200, *[412] * (CALLS - 1)]
    assert StockMovement.objects.count() == before + ROUNDS


def test_of_prices_with_the_same_if_match_one_is_done(call: Call, flipflops: Variant) -> None:
    address = f"/api/v1/variants/{flipflops.public_id}/price/"
    for number in range(ROUNDS):
        bodies = [{"price": euros(100 + number * CALLS + each)} for each in range(CALLS)]
        assert statuses(call, "put", address, bodies) == [200, *[412] * (CALLS - 1)]


def test_the_same_products_in_two_calls_at_once_are_made_once(
    call: Call, flipflops: Variant
) -> None:
    items = [
        {
            "external_id": f"mug-{number}",
            "title": "Mug",
            "variants": [{"sku": f"MUG-{number}", "price": euros(900), "on_hand": 3}],
        }
        for number in range(30)
    ]
    # In the other order, they would wait for each other's rows if they took no turns.
    jobs = [
        partial(call, "post", "/api/v1/products/bulk/", {"items": each})
        for each in (items, items[::-1])
    ]
    words = [[one["result"] for one in answer.json()["results"]] for answer in at_once(jobs)]
    assert sorted(words) == [["created"] * 30, ["unchanged"] * 30]
