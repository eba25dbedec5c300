"""Products: a shop's own by its key, what is on show by a partner's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue import products
from catalogue.api.shapes import ProductShape, VariantShape
from catalogue.models import Product, ProductImage
from catalogue.products import NewVariant
from tests.catalogue_api.conftest import PRODUCTS, Call, euros
from tests.shops import Cast
from webhooks.models import Event

MUG = {
    "title": "Stoneware mug",
    "external_id": "mug-1",
    "description": "<p>Thrown <script>alert(1)</script>by hand.</p>",
    "category": "shoes",
    "tags": ["kitchen"],
    "option_names": ["Size"],
    "variants": [
        {"sku": "MUG-S", "option_values": ["S"], "price": euros(1500), "on_hand": 7},
        {"sku": "MUG-L", "option_values": ["L"], "price": euros(1800), "barcode": "4006381333931"},
    ],
}


def made(world: Cast, number: int, **more: Any) -> Product:
    return products.create(
        world.plage.merchant,
        title=f"Cup {number}",
        variants=[NewVariant(price=1000 + number, sku=f"CUP-{number}", on_hand=number)],
        actor=None,
        **more,
    )


def test_a_product_is_made_with_its_variants_and_their_stock(plage: Call, world: Cast) -> None:
    answer = plage("post", PRODUCTS, MUG)
    assert answer.status_code == 201
    shown = answer.json()
    assert answer["Location"].endswith(f"/api/v1/products/{shown['id']}/")
    product = Product.objects.get(public_id=shown["id"])
    assert shown == {
        "id": str(product.public_id),
        "shop_id": str(world.plage.merchant.public_id),
        "external_id": "mug-1",
        "title": "Stoneware mug",
        "description": "<p>Thrown by hand.</p>",
        "url": f"http://localhost:8000/products/{product.public_id}/stoneware-mug/",
        "status": "draft",
        "category": "shoes",
        "tax_kind": "standard",
        "tags": ["kitchen"],
        "option_names": ["Size"],
        "currency": "EUR",
        "price": euros(1500),
        "available": 7,
        "on_sale": False,
        "on_sale_from": None,
        "on_sale_until": None,
        "image": None,
        "created_at": shown["created_at"],
        "updated_at": shown["updated_at"],
    }
    first, second = product.variants.order_by("position")
    assert (first.sku, first.stock.on_hand, second.stock.on_hand) == ("MUG-S", 7, 0)
    assert second.barcode == "4006381333931"
    made_by = product.history.get().actor
    assert made_by == world.plage.owner


@pytest.mark.parametrize(
    ("change", "status", "code", "pointer"),
    [
        ({"variants": []}, 400, "invalid", "#/variants"),
        ({"titel": "x"}, 400, "invalid", "#/titel"),
        ({"category": "nowhere"}, 422, "unknown_category", "#/category"),
        ({"external_id": "flip"}, 422, "external_id_taken", "#/external_id"),
        (
            {"variants": [{"sku": "plage-41", "price": euros(1)}], "option_names": []},
            422,
            "sku_taken",
            "#/sku",
        ),
        (
            {"variants": [{"price": {"amount": 1, "currency": "USD"}}], "option_names": []},
            422,
            "wrong_currency",
            "#/price",
        ),
    ],
)
def test_what_will_not_do_is_refused_and_leaves_nothing(
    plage: Call, world: Cast, change: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    Product.objects.filter(pk=world.plage.product.pk).update(external_id="flip")
    before = Product.objects.count(), Event.objects.count()
    answer = plage("post", PRODUCTS, {**MUG, **change})
    assert answer.status_code == status, answer.json()
    assert answer.json()["code"] == code
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert (Product.objects.count(), Event.objects.count()) == before


def test_a_patch_changes_words_schedule_and_status_together(plage: Call, world: Cast) -> None:
    product = made(world, 1)
    address = f"{PRODUCTS}{product.public_id}/"
    answer = plage(
        "patch",
        address,
        {"title": "Bowl", "status": "active", "on_sale_until": "2090-01-01T00:00:00Z"},
    )
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["title"], shown["status"]) == ("Bowl", "active")
    assert shown["on_sale_until"] == "2090-01-01T00:00:00Z"
    assert shown["on_sale"] is True
    assert plage("patch", address, {"status": "archived"}).json()["status"] == "archived"
    refused = plage("patch", address, {"title": "Plate", "status": "draft"})
    assert refused.status_code == 422
    product.refresh_from_db()
    assert (product.title, product.status) == ("Bowl", "archived")


def test_the_tag_of_what_was_made_is_good_for_its_first_change(plage: Call) -> None:
    body = {"title": "Jug", "variants": [{"price": euros(900), "on_hand": 1}]}
    made = plage("post", PRODUCTS, body)
    address = f"{PRODUCTS}{made.json()['id']}/"
    assert made["ETag"] == plage("get", address)["ETag"]
    done = plage("patch", address, {"status": "active"}, **{"If-Match": made["ETag"]})
    assert (done.status_code, done.json()["status"]) == (200, "active")
    body = {"title": "Cup", "option_names": ["Size"], "variants": [variant("S")]}
    cup = plage("post", PRODUCTS, body).json()
    added = plage("post", f"{PRODUCTS}{cup['id']}/variants/", variant("M"))
    address = f"/api/v1/variants/{added.json()['id']}/"
    done = plage("patch", address, {"sku": "CUP-M"}, **{"If-Match": added["ETag"]})
    assert (done.status_code, done.json()["sku"]) == (200, "CUP-M")


def variant(size: str) -> dict[str, Any]:
    return {"option_values": [size], "price": euros(900), "on_hand": 1}


def test_an_if_match_asks_for_the_product_and_not_for_what_was_sold(
    plage: Call, world: Cast
) -> None:
    product = world.plage.product
    address = f"{PRODUCTS}{product.public_id}/"
    seen = plage("get", f"{address}?expand=variants")["ETag"]
    world.plage.variant.stock.on_hand = 9
    world.plage.variant.stock.save()
    sold = plage("get", address)
    assert sold["ETag"] != seen
    assert plage("get", address, **{"If-None-Match": seen}).status_code == 200
    assert plage("get", address, **{"If-None-Match": sold["ETag"]}).status_code == 304
    first = plage("patch", address, {"title": "A"}, **{"If-Match": seen})
    assert first.status_code == 200
    second = plage("patch", address, {"title": "B"}, **{"If-Match": seen})
    assert (second.status_code, second.json()["code"]) == (412, "changed_meanwhile")
    product.refresh_from_db()
    assert product.title == "A"


def test_a_shop_lists_its_own_products_whatever_their_status(plage: Call, world: Cast) -> None:
    cups = [made(world, number) for number in range(1, 4)]
    answer = plage("get", f"{PRODUCTS}?limit=2")
    assert [each["title"] for each in answer.json()["data"]] == ["Cup 3", "Cup 2"]
    following = plage("get", answer.json()["next"].partition("testserver")[2]).json()
    assert [each["title"] for each in following["data"]] == ["Cup 1", "Plage flip-flops"]
    assert following["next"] is None
    assert cups[0].status == "draft"


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("status=active", ["Plage flip-flops"]),
        ("external_id=cup-two", ["Cup 2"]),
        ("sku=CUP-1", ["Cup 1"]),
        ("sku=rayon-41", []),
        ("q=UP%202", ["Cup 2"]),
        ("q=%25", []),
        ("category=shoes", ["Cup 3"]),
        ("status=draft&q=cup", ["Cup 3", "Cup 2", "Cup 1"]),
    ],
)
def test_filters(plage: Call, world: Cast, query: str, titles: list[str]) -> None:
    made(world, 1)
    made(world, 2, external_id="cup-two")
    made(world, 3, category=world.rows["category"])
    answer = plage("get", f"{PRODUCTS}?{query}")
    assert [each["title"] for each in answer.json()["data"]] == titles


def test_what_has_changed_since_comes_in_the_order_of_its_changes(plage: Call, world: Cast) -> None:
    cups = [made(world, number) for number in range(1, 4)]
    long_ago = timezone.now() - timedelta(days=9)
    Product.objects.update(updated_at=long_ago)
    since = timezone.now().isoformat().replace("+00:00", "Z")
    for cup in (cups[2], cups[0]):
        variant = cup.variants.get()
        answer = plage("put", f"/api/v1/variants/{variant.public_id}/price/", {"price": euros(990)})
        assert answer.status_code == 200
    first = plage("get", f"{PRODUCTS}?updated_since={since}&limit=1").json()
    assert [each["title"] for each in first["data"]] == ["Cup 3"]
    then = plage("get", first["next"].partition("testserver")[2]).json()
    assert [each["title"] for each in then["data"]] == ["Cup 1"]
    assert then["next"] is None


def test_a_partner_sees_what_is_on_show_and_no_more(agent: Call, plage: Call, world: Cast) -> None:
    draft = made(world, 1)
    waiting = made(world, 2, status=Product.Status.ACTIVE)
    Product.objects.filter(pk=waiting.pk).update(on_sale_from=timezone.now() + timedelta(days=1))
    many = made(world, 50, status=Product.Status.ACTIVE, external_id="ours")
    shown = agent("get", f"{PRODUCTS}?expand=variants").json()["data"]
    assert [each["title"] for each in shown] == ["Cup 50", "Rayon flip-flops", "Plage flip-flops"]
    assert (shown[0]["external_id"], shown[0]["available"]) == ("", 10)
    assert shown[0]["variants"][0]["available"] == 10
    shop = world.rayon.merchant.public_id
    of_one = agent("get", f"{PRODUCTS}?shop={shop}").json()["data"]
    assert [each["title"] for each in of_one] == ["Rayon flip-flops"]
    for query in ("sku=rayon-41", "updated_since=2020-01-01T00:00:00Z"):
        assert agent("get", f"{PRODUCTS}?{query}").status_code == 400
        of_one = agent("get", f"{PRODUCTS}?{query}&shop={shop}").json()["data"]
        assert [each["title"] for each in of_one] == ["Rayon flip-flops"]
    assert agent("get", f"{PRODUCTS}?external_id=ours&shop={shop}").status_code == 400
    for product in (draft, waiting):
        assert agent("get", f"{PRODUCTS}{product.public_id}/").status_code == 404
    assert agent("get", f"{PRODUCTS}{many.public_id}/").status_code == 200
    world.plage.merchant.status = "suspended"
    world.plage.merchant.save()
    assert [each["title"] for each in agent("get", PRODUCTS).json()["data"]] == ["Rayon flip-flops"]
    refused = agent("post", PRODUCTS, MUG)
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")


def test_a_list_is_two_statements_and_one_more_for_what_is_expanded(
    plage: Call, world: Cast
) -> None:
    plage("get", PRODUCTS)

    def statements(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert plage("get", path).status_code == 200
        return len(captured)

    few = statements(PRODUCTS), statements(f"{PRODUCTS}?expand=variants,media")
    for number in range(30):
        made(world, number)
    assert (statements(PRODUCTS), statements(f"{PRODUCTS}?expand=variants,media")) == few == (2, 4)


def test_the_shapes_say_what_is_shown(plage: Call, world: Cast) -> None:
    """The document is made of the shapes, and answers are not: both have to be the same."""
    product = world.plage.product
    ProductImage.objects.create(product=product, file="products/a.jpg", alt="A pair")
    shown = plage("get", f"{PRODUCTS}{product.public_id}/?expand=variants,media").json()
    assert_as_shaped(ProductShape(), shown)
    assert shown["image"]["url"] == "http://localhost:8000/media/products/a.jpg"
    assert_as_shaped(VariantShape(), shown["variants"][0])
    plain = plage("get", f"{PRODUCTS}{product.public_id}/").json()
    names = [str(name) for name in ProductShape().fields]
    assert list(plain) == [name for name in names if name not in ("variants", "media")]


def assert_as_shaped(shape: Any, shown: dict[str, Any]) -> None:
    """The same names in the same order, and each value as its field writes it."""
    assert list(shown) == list(shape.fields)
    for name, field in shape.fields.items():
        value = shown[name]
        if value is None:
            assert field.allow_null, name
        elif hasattr(field, "child") and hasattr(field.child, "fields"):
            for each in value:
                assert_as_shaped(field.child, each)
        elif hasattr(field, "fields"):
            assert_as_shaped(field, value)
        else:
            assert field.to_representation(field.run_validation(value)) == value, name


def test_fields_are_pruned_and_unknown_ones_refused(plage: Call, world: Cast) -> None:
    answer = plage("get", f"{PRODUCTS}?fields=id,price.amount&limit=1").json()
    assert answer["data"] == [{"id": str(world.plage.product.public_id), "price": {"amount": 3490}}]
    assert plage("get", f"{PRODUCTS}?fields=merchant").status_code == 400
    assert plage("get", f"{PRODUCTS}?expand=merchant").status_code == 400
    assert plage("get", f"{PRODUCTS}?updated_since=yesterday").status_code == 400
    assert plage("get", f"{PRODUCTS}{uuid4()}/").status_code == 404
