"""Variants, what they cost, and how many there are."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue import counts
from catalogue.api.shapes import MovementShape, PriceShape, StockShape, VariantShape
from catalogue.models import StockMovement, Variant
from partners.models import StoredAnswer
from tests.catalogue_api.conftest import PRODUCTS, Call, euros
from tests.catalogue_api.test_products import assert_as_shaped
from tests.shops import Cast

HOUR = timedelta(hours=1)


def address(world: Cast, rest: str = "") -> str:
    return f"/api/v1/variants/{world.plage.variant.public_id}/{rest}"


def test_a_variant_is_added_listed_and_read(plage: Call, world: Cast) -> None:
    of = f"{PRODUCTS}{world.plage.product.public_id}/variants/"
    told = {"sku": "plage-43", "option_values": ["43"], "price": euros(3490), "on_hand": 3}
    made = plage("post", of, told)
    assert made.status_code == 201
    shown = made.json()
    assert_as_shaped(VariantShape(), shown)
    assert (shown["sku"], shown["available"], shown["position"]) == ("plage-43", 3, 2)
    listed = plage("get", f"{of}?limit=2").json()
    rest = plage("get", listed["next"].partition("testserver")[2]).json()
    skus = [each["sku"] for each in [*listed["data"], *rest["data"]]]
    assert skus == ["plage-41", "plage-42", "plage-43"]
    taken = plage("post", of, {**told, "sku": "plage-44"})
    assert (taken.status_code, taken.json()["code"]) == (422, "options_taken")
    other = plage("post", of, {**told, "option_values": ["44"]})
    assert (other.status_code, other.json()["code"]) == (422, "sku_taken")


def test_a_variant_is_changed_all_or_nothing(plage: Call, world: Cast) -> None:
    change = {"barcode": "4006381333931", "price": euros(2990), "compare_at_price": euros(3490)}
    shown = plage("patch", address(world), change).json()
    assert {name: shown[name] for name in change} == change
    kept = plage("patch", address(world), {"price": euros(2000)}).json()
    assert (kept["price"], kept["compare_at_price"]) == (euros(2000), euros(3490))
    refused = plage("patch", address(world), {"sku": "new", "compare_at_price": euros(1)})
    assert refused.status_code == 422
    taken = plage("patch", address(world), {"price": euros(1), "sku": "plage-42"})
    assert (taken.status_code, taken.json()["code"]) == (422, "sku_taken")
    world.plage.variant.refresh_from_db()
    assert (world.plage.variant.sku, world.plage.variant.price) == ("plage-41", 2000)


def test_the_last_variant_on_sale_stays(plage: Call, world: Cast) -> None:
    off = plage("patch", address(world), {"active": False})
    assert off.json()["active"] is False
    other = Variant.objects.get(sku="plage-42").public_id
    refused = plage("patch", f"/api/v1/variants/{other}/", {"active": False})
    assert refused.status_code == 422


def test_a_price_is_set_with_the_struck_one(plage: Call, world: Cast) -> None:
    seen = plage("get", address(world, "price/"))
    assert_as_shaped(PriceShape(), seen.json())
    body = {"price": euros(1000), "compare_at_price": euros(3490)}
    done = plage("put", address(world, "price/"), body, **{"If-Match": seen["ETag"]})
    assert done.json() == body
    late = plage("put", address(world, "price/"), body, **{"If-Match": seen["ETag"]})
    assert late.status_code == 412
    foreign = plage("put", address(world, "price/"), {"price": {"amount": 1, "currency": "USD"}})
    assert (foreign.status_code, foreign.json()["code"]) == (422, "wrong_currency")


def test_stock_is_set_under_what_was_seen(plage: Call, world: Cast) -> None:
    seen = plage("get", address(world, "stock/"))
    assert seen.json() == {
        "variant_id": str(world.plage.variant.public_id),
        "sku": "plage-41",
        "on_hand": 10,
        "reserved": 0,
        "available": 10,
    }
    assert_as_shaped(StockShape(), seen.json())
    done = plage(
        "put",
        address(world, "stock/"),
        {"on_hand": 4, "reason": "count", "reference": "A-1"},
        **{"If-Match": seen["ETag"]},
    )
    assert done.json()["on_hand"] == 4
    late = plage("put", address(world, "stock/"), {"on_hand": 9}, **{"If-Match": seen["ETag"]})
    assert late.status_code == 412
    moved = StockMovement.objects.latest("pk")
    assert (moved.reason, moved.after, moved.reference) == ("count", 4, "A-1")
    assert moved.actor == world.plage.owner


def test_what_is_promised_stays(plage: Call, world: Cast) -> None:
    world.plage.variant.stock.reserved = 3
    world.plage.variant.stock.save()
    short = plage("put", address(world, "stock/"), {"on_hand": 2})
    assert (short.status_code, short.json()["code"]) == (409, "reserved")
    away = {"delta": -8, "reason": "lost"}
    assert plage("post", address(world, "stock/adjustments/"), away).status_code == 409
    wrong = {"delta": 8, "reason": "lost"}
    refused = plage("post", address(world, "stock/adjustments/"), wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong_way")
    fine = {"delta": -7, "reason": "lost", "note": "Flooded"}
    done = plage("post", address(world, "stock/adjustments/"), fine)
    assert (done.json()["on_hand"], done.json()["available"]) == (3, 0)


def test_pieces_of_a_call_that_comes_again_are_counted_once(plage: Call, world: Cast) -> None:
    """As after the death of the process that had added them and kept no answer."""
    path, told = address(world, "stock/adjustments/"), {"delta": 5, "reason": "received"}

    def sent(key: str, body: dict[str, object]) -> object:
        answer = plage("post", path, body, **{"Idempotency-Key": key})
        assert answer.status_code == 200, answer.content
        StoredAnswer.objects.update(status=None, body=b"", leased_until=timezone.now() - HOUR)
        return answer.json()["on_hand"]

    assert [sent("DN-1", told), sent("DN-1", told), sent("DN-2", told)] == [15, 15, 20]
    moved = StockMovement.objects.filter(reason="received").exclude(call_key="")
    assert [each.after for each in moved.order_by("pk")] == [15, 20]
    assert plage("post", path, told).json()["on_hand"] == 25
    # Days later it is another call's, as it is to stored answers.
    StoredAnswer.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE catalogue_stockmovement SET created_at = created_at - interval '2 days'"
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert sent("DN-1", told) == 30


def test_many_pieces_of_a_call_that_comes_again_are_counted_once(world: Cast) -> None:
    here, there = Variant.objects.filter(sku__in=["plage-41", "plage-42"]).order_by("pk")
    told = {"reason": StockMovement.Reason.ADJUSTMENT, "actor": None, "call_key": "k" * 64}
    before = [here.stock.on_hand, there.stock.on_hand]
    first = counts.shift_each({here.pk: 2, there.pk: -1000}, **told)
    assert (set(first.changed), set(first.short)) == ({here.pk}, {there.pk})
    again = counts.shift_each({here.pk: 2, there.pk: 3}, **told)
    assert (set(again.changed), set(again.short)) == ({here.pk, there.pk}, set())
    for variant in (here, there):
        variant.stock.refresh_from_db()
    assert [here.stock.on_hand, there.stock.on_hand] == [before[0] + 2, before[1] + 3]


def test_movements_are_listed_the_latest_first(plage: Call, world: Cast) -> None:
    for delta in (1, 2, 3):
        plage("post", address(world, "stock/adjustments/"), {"delta": delta, "reason": "received"})
    path = f"/api/v1/stock-movements/?variant={world.plage.variant.public_id}&limit=2"
    first = plage("get", path).json()
    assert [each["after"] for each in first["data"]] == [16, 13]
    assert_as_shaped(MovementShape(), first["data"][0])
    rest = plage("get", first["next"].partition("testserver")[2]).json()
    assert [each["after"] for each in rest["data"]] == [11, 10]
    received = plage("get", "/api/v1/stock-movements/?reason=received").json()["data"]
    assert [each["after"] for each in received] == [16, 13, 11]
    foreign = world.rayon.variant.public_id
    assert plage("get", f"/api/v1/stock-movements/?variant={foreign}").json()["data"] == []
    assert plage("get", "/api/v1/stock-movements/?reason=theft").status_code == 400
    assert plage("get", f"/api/v1/stock-movements/?since={uuid4()}").status_code == 400


def test_lists_of_stock_are_of_the_shop_alone_and_few_statements(plage: Call, world: Cast) -> None:
    plage("get", "/api/v1/shop/")

    def statements(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert plage("get", path).status_code == 200
        return len(captured)

    shown = plage("get", "/api/v1/stock/").json()["data"]
    assert [each["sku"] for each in shown] == ["plage-42", "plage-41"]
    assert [each["sku"] for each in plage("get", "/api/v1/stock/?sku=plage-41").json()["data"]] == [
        "plage-41"
    ]
    assert statements("/api/v1/stock/") == 2
    assert statements("/api/v1/stock-movements/") == 2
