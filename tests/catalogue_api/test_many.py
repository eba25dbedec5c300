"""Many items in one call: each has its own result, in the order of the call."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import Product, StockMovement, Variant
from tests.catalogue_api.conftest import Call, euros
from tests.shops import Cast
from webhooks.models import Event

BULK = "/api/v1/products/bulk/"


def mug(number: int, **more: Any) -> dict[str, Any]:
    return {
        "external_id": f"mug-{number}",
        "title": f"Mug {number}",
        "variants": [{"sku": f"MUG-{number}", "price": euros(1000 + number), "on_hand": 5}],
        **more,
    }


def results(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.json()
    return list(answer.json()["results"])


def words(answer: Any) -> list[str]:
    return [each["result"] for each in results(answer)]


def test_items_are_made_changed_and_left_alone(plage: Call, world: Cast) -> None:
    assert words(plage("post", BULK, {"items": [mug(1), mug(2)]})) == ["created", "created"]
    again = [mug(1), mug(2, title="Beaker"), {"sku": "MUG-1", "tags": ["blue"]}, mug(3)]
    answer = plage("post", BULK, {"items": again})
    assert words(answer) == ["unchanged", "updated", "updated", "created"]
    one, two, three = Product.objects.filter(external_id__startswith="mug-").order_by("external_id")
    assert [each["id"] for each in results(answer)][1:] == [
        str(two.public_id),
        str(one.public_id),
        str(three.public_id),
    ]
    assert (one.title, one.tags, two.title, one.status) == ("Mug 1", ["blue"], "Beaker", "draft")
    assert one.variants.get().stock.on_hand == 5


def test_what_an_item_leaves_out_stays_as_it_is(plage: Call, world: Cast) -> None:
    plage("post", BULK, {"items": [mug(1, status="active", tags=["a"])]})
    change = {
        "external_id": "mug-1",
        "variants": [
            {"sku": "MUG-1", "price": euros(900)},
            {"sku": "MUG-1b", "price": euros(800), "option_values": ["b"]},
        ],
        "option_names": ["Size"],
    }
    assert words(plage("post", BULK, {"items": [change]})) == ["refused"]
    change["variants"][0]["option_values"] = ["a"]
    assert words(plage("post", BULK, {"items": [change]})) == ["updated"]
    product = Product.objects.get(external_id="mug-1")
    assert (product.title, product.status, product.tags) == ("Mug 1", "active", ["a"])
    first, second = product.variants.order_by("position")
    assert (first.price, first.stock.on_hand) == (900, 5)
    assert (second.price, second.stock.on_hand) == (800, 0)
    # Of one variant nothing is said but its pieces; the other one keeps its own.
    pieces = {"external_id": "mug-1", "variants": [{"sku": "MUG-1b", "on_hand": 3}]}
    assert words(plage("post", BULK, {"items": [pieces]})) == ["updated"]
    assert [each.stock.on_hand for each in product.variants.order_by("position")] == [5, 3]


def test_one_items_failure_costs_the_others_nothing(plage: Call, world: Cast) -> None:
    items = [
        mug(1),
        {"title": "Nameless"},
        mug(2, title="x" * 201),
        mug(1, title="Again"),
        mug(3, variants=[{"sku": "plage-41", "price": euros(1)}]),
        mug(4, category="nowhere"),
        mug(5, variants=[{"price": {"amount": 1, "currency": "USD"}}, {"price": euros(1)}]),
        {"external_id": "unknown", "tags": []},
        "nonsense",
        mug(9),
    ]
    answer = results(plage("post", BULK, {"items": items}))
    assert [each["result"] for each in answer] == ["created", *["refused"] * 8, "created"]
    said = [(each["problem"] or {}).get("code") for each in answer[1:9]]
    assert said == [
        "invalid",
        "invalid",
        "sent_twice",
        "refused",
        "unknown_category",
        "wrong_currency",
        "refused",
        "invalid",
    ]
    pointers = [answer[place]["problem"]["errors"][0]["pointer"] for place in (2, 4, 7)]
    assert pointers == ["#/items/2/title", "#/items/4/variants/0/sku", "#/items/7/title"]
    made = Product.objects.filter(external_id__startswith="mug-")
    assert sorted(made.values_list("external_id", flat=True)) == ["mug-1", "mug-9"]


def test_another_shops_goods_are_not_found(rayon: Call, world: Cast) -> None:
    Product.objects.filter(pk=world.plage.product.pk).update(external_id="ours")
    before = world.plage.variant.price
    by_sku = [{"sku": "plage-41", "title": "Mine"}, {"external_id": "ours", "title": "Mine"}]
    assert words(rayon("post", BULK, {"items": by_sku})) == ["refused"] * 2
    for path, figure in (("prices", {"price": euros(1)}), ("stock", {"on_hand": 1})):
        items = [
            {"sku": "plage-41", **figure},
            {"variant_id": str(world.plage.variant.public_id), **figure},
        ]
        answer = results(rayon("post", f"/api/v1/{path}/bulk/", {"items": items}))
        assert [each["problem"]["code"] for each in answer] == ["not_found"] * 2
    world.plage.product.refresh_from_db()
    world.plage.variant.refresh_from_db()
    assert world.plage.product.title == "Plage flip-flops"
    assert (world.plage.variant.price, world.plage.variant.stock.on_hand) == (before, 10)


@pytest.mark.parametrize("path", ["products", "prices", "stock"])
@pytest.mark.parametrize(
    "body", [{}, {"items": []}, {"items": [{}] * 1001}, {"items": [{}], "item": 1}, []]
)
def test_a_call_has_items(plage: Call, path: str, body: Any) -> None:
    answer = plage("post", f"/api/v1/{path}/bulk/", body)
    assert answer.status_code == 400


def test_many_take_as_many_statements_as_few(plage: Call, world: Cast) -> None:
    def statements(items: list[dict[str, Any]], path: str = BULK) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert "refused" not in words(plage("post", path, {"items": items}))
        return len(captured)

    statements([mug(0)])
    assert statements([mug(1)]) == statements([mug(number) for number in range(10, 60)])
    for path, figure in (("prices", {"price": euros(7)}), ("stock", {"on_hand": 8})):
        one = [{"sku": "MUG-1", **figure}]
        many = [{"sku": f"MUG-{number}", **figure} for number in range(10, 60)]
        address = f"/api/v1/{path}/bulk/"
        assert statements(one, address) == statements(many, address)


def test_prices_of_many(plage: Call, world: Cast) -> None:
    items = [
        {"sku": "plage-41", "price": euros(2990), "compare_at_price": euros(3490)},
        {"sku": "plage-42", "price": euros(3490)},
        {"sku": "plage-42", "price": euros(1)},
        {"sku": "nowhere", "price": euros(1)},
        {"variant_id": "no id", "price": euros(1)},
        {"price": euros(1)},
    ]
    answer = results(plage("post", "/api/v1/prices/bulk/", {"items": items}))
    assert [each["result"] for each in answer] == ["updated", "unchanged", *["refused"] * 4]
    codes = [each["problem"]["code"] for each in answer[2:]]
    assert codes == ["sent_twice", "not_found", "invalid", "invalid"]
    world.plage.variant.refresh_from_db()
    assert (world.plage.variant.price, world.plage.variant.compare_at_price) == (2990, 3490)
    event = Event.objects.filter(type="product.updated").latest("pk")
    assert event.payload["changes"]["price"] == [3490, 2990]
    assert event.payload["variants"][0]["price"] == 2990
    worse = [
        {"sku": "plage-41", "price": {"amount": 1, "currency": "USD"}},
        {"sku": "plage-42", "price": euros(2), "compare_at_price": euros(1)},
    ]
    answer = results(plage("post", "/api/v1/prices/bulk/", {"items": worse}))
    assert [each["problem"]["code"] for each in answer] == ["wrong_currency", "refused"]


def test_pieces_of_many(plage: Call, world: Cast) -> None:
    other = Variant.objects.get(sku="plage-42")
    other.stock.reserved = 2
    other.stock.save()
    items = [
        {"sku": "plage-41", "on_hand": 7},
        {"sku": "plage-42", "on_hand": 1},
        {"sku": "rayon-41", "on_hand": 1},
        {"sku": "plage-41", "delta": 1},
    ]
    answer = results(plage("post", "/api/v1/stock/bulk/", {"items": items, "reference": "T-1"}))
    assert [each["result"] for each in answer] == ["updated", *["refused"] * 3]
    assert [each["problem"]["code"] for each in answer[1:]] == [
        "reserved",
        "not_found",
        "sent_twice",
    ]
    world.plage.variant.stock.refresh_from_db()
    other.stock.refresh_from_db()
    assert (world.plage.variant.stock.on_hand, other.stock.on_hand) == (7, 2)
    moved = StockMovement.objects.latest("pk")
    assert (moved.before, moved.after, moved.reference) == (10, 7, "T-1")
    assert moved.actor == world.plage.owner
    moves = {"items": [{"sku": "plage-41", "delta": 3}, {"sku": "plage-42", "delta": -1}]}
    answer = results(plage("post", "/api/v1/stock/bulk/", {**moves, "reason": "received"}))
    assert [each["result"] for each in answer] == ["updated", "refused"]
    assert answer[1]["problem"]["code"] == "wrong_way"
    same = {"items": [{"sku": "plage-41", "on_hand": 10}]}
    assert words(plage("post", "/api/v1/stock/bulk/", same)) == ["unchanged"]


def test_a_call_that_is_sent_again_is_done_once(plage: Call, world: Cast) -> None:
    body = {"items": [{"sku": "plage-41", "delta": 3}]}
    first = plage("post", "/api/v1/stock/bulk/", body, **{"Idempotency-Key": "once"})
    again = plage("post", "/api/v1/stock/bulk/", body, **{"Idempotency-Key": "once"})
    assert (first.content, again["Idempotent-Replayed"]) == (again.content, "true")
    world.plage.variant.stock.refresh_from_db()
    assert world.plage.variant.stock.on_hand == 13


def test_the_errors_of_a_call_are_bounded_and_every_item_has_one(plage: Call) -> None:
    item = {f"n{number}": 1 for number in range(150)}
    told = results(plage("post", BULK, {"items": [item] * 30}))
    counted = [len(each["problem"]["errors"]) for each in told]
    assert counted == [20] * 5 + [1] * 25
    assert told[-1]["problem"]["errors"][0]["pointer"] == "#/items/29/n0"


def test_an_item_of_very_many_names_is_refused_unseen(plage: Call) -> None:
    item = {f"n{number}": 1 for number in range(50_000)}
    answer = plage("post", BULK, {"items": [item, mug(1)]})
    assert words(answer) == ["refused", "created"]
    assert results(answer)[0]["problem"]["errors"][0]["code"] == "too_many_fields"
    assert len(answer.content) < 2000
