"""The shop, its rates, categories and drops."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from catalogue import products
from catalogue.api.shapes import CategoryShape, DropShape, ShippingRateShape, ShopShape
from catalogue.models import Drop, Product
from catalogue.products import NewVariant
from tests.catalogue_api.conftest import Call, euros
from tests.catalogue_api.test_products import assert_as_shaped
from tests.shops import Cast

DROPS = "/api/v1/drops/"


def test_the_shop_and_what_surrounds_it(plage: Call, agent: Call, world: Cast) -> None:
    shop = plage("get", "/api/v1/shop/").json()
    assert_as_shaped(ShopShape(), shop)
    assert (shop["handle"], shop["currency"], shop["sells"]) == ("plage", "EUR", True)
    (rate,) = plage("get", "/api/v1/shipping-rates/").json()["data"]
    assert_as_shaped(ShippingRateShape(), rate)
    assert (rate["id"], rate["price"]) == (str(world.plage.rate.public_id), euros(390))
    for call in (plage, agent):
        (category,) = call("get", "/api/v1/categories/").json()["data"]
        assert_as_shaped(CategoryShape(), category)
        assert category == {"slug": "shoes", "name": "Shoes", "parent": None}
    assert agent("get", "/api/v1/shop/").status_code == 403


def test_a_drop_is_made_moved_and_taken_back(plage: Call, world: Cast) -> None:
    product = products.create(
        world.plage.merchant,
        title="Cup",
        variants=[NewVariant(price=100)],
        actor=None,
        status=Product.Status.ACTIVE,
    )
    opens = (timezone.now() + timedelta(days=2)).replace(microsecond=0)
    body = {"product_id": str(product.public_id), "opens_at": opens.isoformat(), "per_person": 2}
    made = plage("post", DROPS, body)
    assert made.status_code == 201
    assert_as_shaped(DropShape(), made.json())
    address = f"{DROPS}{made.json()['id']}/"
    assert plage("post", DROPS, body).status_code == 400
    seen = plage("get", address)["ETag"]
    later = (opens + timedelta(days=1)).isoformat()
    assert plage("patch", address, {"opens_at": later}, **{"If-Match": seen}).status_code == 200
    assert plage("patch", address, {"per_person": 1}, **{"If-Match": seen}).status_code == 412
    past = (timezone.now() - timedelta(days=1)).isoformat()
    assert plage("patch", address, {"opens_at": past}).status_code == 422
    assert plage("delete", address).status_code == 204
    product.refresh_from_db()
    assert (product.status, Drop.objects.filter(product=product).exists()) == ("draft", False)


def test_a_drop_that_is_open_ends_now(plage: Call, world: Cast) -> None:
    address = f"{DROPS}{world.plage.drop.public_id}/"
    assert plage("delete", address).status_code == 204
    world.plage.drop.refresh_from_db()
    assert world.plage.drop.has_ended(timezone.now())
    world.plage.product.refresh_from_db()
    assert world.plage.product.status == "active"
    ended = plage("get", address).json()["ends_at"]
    assert plage("delete", address).status_code == 204
    assert plage("get", address).json()["ends_at"] == ended


def test_another_shops_product_is_no_drop_of_ours(rayon: Call, world: Cast) -> None:
    opens = (timezone.now() + timedelta(days=2)).isoformat()
    body = {"product_id": str(world.plage.product.public_id), "opens_at": opens}
    answer = rayon("post", DROPS, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_product")
