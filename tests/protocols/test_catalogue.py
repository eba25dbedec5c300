"""The catalogue as a platform reads it: pages, ids, options, prices, what is there and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalogue import products, stock, words
from catalogue.models import Category, Merchant, Product
from catalogue.products import NewVariant
from tests.protocols.conftest import Agent
from tests.protocols.schemas import errors, valid
from tests.shops import open_shop

pytestmark = pytest.mark.django_db(transaction=True)

SEARCH, LOOKUP, PRODUCT = (f"/ucp/v1/catalog/{name}" for name in ("search", "lookup", "product"))
SCHEMAS = {
    SEARCH: "shopping/catalog_search.json#/$defs/search_response",
    LOOKUP: "shopping/catalog_lookup.json#/$defs/lookup_response",
    PRODUCT: "shopping/catalog_lookup.json#/$defs/get_product_response",
}


@pytest.fixture
def plage() -> Merchant:
    return open_shop("plage", delivery=390)


def add(merchant: Merchant, code: str, price: int = 1000, **more: Any) -> Product:
    return products.create(
        merchant,
        actor=None,
        title=more.pop("title", code.replace("_", " ").title()),
        external_id=code,
        status=Product.Status.ACTIVE,
        variants=[NewVariant(price, sku=code, on_hand=5)],
        **more,
    )


def tongs(merchant: Merchant) -> Product:
    forms = [("Red", "41", 5), ("Red", "42", 0), ("Blue", "41", 1)]
    return products.create(
        merchant,
        actor=None,
        title="Tongs",
        description="<p>For <b>the beach</b></p>",
        external_id="tongs",
        option_names=["Colour", "Size"],
        status=Product.Status.ACTIVE,
        variants=[
            NewVariant(3000 + 100 * place, (colour, size), f"{colour}-{size}", 5000, on_hand=there)
            for place, (colour, size, there) in enumerate(forms)
        ],
    )


def told(agent: Agent, path: str, body: dict[str, Any]) -> dict[str, Any]:
    response = agent.post(path, body)
    assert response.status_code == 200, response.content
    assert valid(response.json(), SCHEMAS[path])
    return response.json()


def ids(document: dict[str, Any]) -> list[str]:
    return [product["id"] for product in document["products"]]


def test_the_newest_come_page_by_page(agent: Agent, plage: Merchant):
    for name in ("one", "two", "three"):
        add(plage, name)
    first = told(agent, SEARCH, {"pagination": {"limit": 2}})
    assert ids(first) == ["three", "two"]
    assert first["pagination"]["has_next_page"]
    cursor = first["pagination"]["cursor"]
    second = told(agent, SEARCH, {"pagination": {"limit": 2, "cursor": cursor}})
    assert ids(second) == ["one"]
    assert second["pagination"] == {"has_next_page": False}


def test_words_find_products(agent: Agent, plage: Merchant):
    for place in range(3):
        add(plage, f"rose_{place}", title=f"Rose {place}")
    add(plage, "tulip")
    while words.recut():
        pass
    first = told(agent, SEARCH, {"query": "rose", "pagination": {"limit": 2}})
    cursor = first["pagination"]["cursor"]
    second = told(agent, SEARCH, {"query": "rose", "pagination": {"limit": 2, "cursor": cursor}})
    assert sorted(ids(first) + ids(second)) == ["rose_0", "rose_1", "rose_2"]


def test_filters_narrow_what_is_found(agent: Agent, plage: Merchant):
    flowers = Category.objects.create(name="Flowers", slug="flowers")
    add(plage, "cheap", 500, category=flowers)
    add(plage, "dear", 5000, category=flowers)
    add(plage, "pot", 5000)
    body = {
        "context": {"currency": "EUR"},
        "filters": {"categories": ["Flowers"], "price": {"min": 1000}},
    }
    assert ids(told(agent, SEARCH, body)) == ["dear"]
    assert ids(told(agent, SEARCH, body | {"context": {"currency": "USD"}})) == []
    unsaid = told(agent, SEARCH, {"filters": body["filters"]})
    assert ids(unsaid) == ["dear", "cheap"]
    assert unsaid["messages"][0]["path"] == "$.filters.price"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"query": 3}, "$.query"),
        ({"pagination": {"limit": 0}}, "$.pagination.limit"),
        ({"pagination": {"limit": True}}, "$.pagination.limit"),
        ({"pagination": {"cursor": "x"}}, "$.pagination.cursor"),
        ({"filters": {"price": {"min": -1}}}, "$.filters.price.min"),
        ({"filters": {"categories": [1]}}, "$.filters.categories[0]"),
        ({"context": []}, "$.context"),
    ],
)
def test_what_the_schema_forbids_is_refused(agent: Agent, body: dict[str, Any], path: str):
    response = agent.post(SEARCH, body)
    assert response.status_code == 400
    error = {key: response.json()[key] for key in ("ucp", "messages")}
    assert valid(error, "shopping/types/error_response.json")
    assert error["messages"][0]["path"] == path


def test_a_product_is_shown_with_all_its_forms(agent: Agent, plage: Merchant):
    tongs(plage)
    (shown,) = told(agent, SEARCH, {})["products"]
    assert shown["price_range"] == {
        "min": {"amount": 3000, "currency": "EUR"},
        "max": {"amount": 3200, "currency": "EUR"},
    }
    assert shown["description"]["plain"] == "For the beach"
    assert [form["id"] for form in shown["variants"]] == ["Red-41", "Red-42", "Blue-41"]
    assert [form["availability"]["available"] for form in shown["variants"]] == [True, False, True]
    assert shown["variants"][0]["options"] == [
        {"name": "Colour", "label": "Red"},
        {"name": "Size", "label": "41"},
    ]
    assert shown["variants"][0]["list_price"] == {"amount": 5000, "currency": "EUR"}


def test_what_cannot_be_bought_is_not_shown(agent: Agent, plage: Merchant):
    draft = add(plage, "draft")
    products.withdraw(draft, actor=None)
    suspended = open_shop("rayon")
    add(suspended, "closed")
    Merchant.objects.filter(pk=suspended.pk).update(status="suspended")
    assert ids(told(agent, SEARCH, {})) == []
    found = told(agent, LOOKUP, {"ids": ["draft", "closed"]})
    assert found["products"] == []
    assert [each["path"] for each in found["messages"]] == ["$.ids[0]", "$.ids[1]"]


def test_ids_of_every_kind_are_looked_up_and_said_again(agent: Agent, plage: Merchant):
    product = tongs(plage)
    blue = product.variants.get(sku="Blue-41")
    asked = ["tongs", "Red-41", str(blue.public_id), "nothing"]
    found = told(agent, LOOKUP, {"ids": [*asked, "tongs"]})
    (shown,) = found["products"]
    assert {form["id"]: form["inputs"] for form in shown["variants"]} == {
        "Red-41": [{"id": "tongs", "match": "featured"}, {"id": "Red-41", "match": "exact"}],
        "Blue-41": [{"id": str(blue.public_id), "match": "exact"}],
    }
    assert [(each["code"], each["path"]) for each in found["messages"]] == [
        ("not_found", "$.ids[3]")
    ]


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": ["x"] * 101}, {"ids": "x"}])
def test_a_lookup_needs_some_ids_and_not_too_many(agent: Agent, body: dict[str, Any]):
    assert agent.post(LOOKUP, body).status_code == 400


def test_one_product_tells_what_else_could_be_picked(agent: Agent, plage: Merchant):
    tongs(plage)
    picked = {"selected": [{"name": "Colour", "label": "Red"}]}
    shown = told(agent, PRODUCT, {"id": "tongs", **picked})["product"]
    assert [form["id"] for form in shown["variants"]] == ["Red-41", "Red-42"]
    assert shown["selected"] == [{"name": "Colour", "label": "Red"}]
    colours, sizes = shown["options"]
    assert colours["values"] == [
        {"label": "Red", "exists": True, "available": True},
        {"label": "Blue", "exists": True, "available": True},
    ]
    assert sizes["values"] == [
        {"label": "41", "exists": True, "available": True},
        {"label": "42", "exists": True, "available": False},
    ]


def test_what_no_form_has_gives_way_from_the_end_of_the_preferences(agent: Agent, plage: Merchant):
    tongs(plage)
    picked = [{"name": "Colour", "label": "Blue"}, {"name": "Size", "label": "42"}]
    body = {"id": "tongs", "selected": picked}
    by_colour = told(agent, PRODUCT, body | {"preferences": ["Colour", "Size"]})["product"]
    assert by_colour["selected"] == picked[:1]
    by_size = told(agent, PRODUCT, body | {"preferences": ["Size", "Colour"]})["product"]
    assert by_size["selected"] == picked[1:]


def test_a_variant_is_its_product_with_its_options_picked(agent: Agent, plage: Merchant):
    tongs(plage)
    shown = told(agent, PRODUCT, {"id": "Blue-41"})["product"]
    assert shown["id"] == "tongs"
    assert [form["id"] for form in shown["variants"]] == ["Blue-41"]


def test_a_product_that_is_not_there_is_the_protocols_error(agent: Agent):
    response = agent.post(PRODUCT, {"id": "nothing"})
    assert valid(response.json(), "shopping/types/error_response.json")
    assert response.json()["messages"][0]["code"] == "not_found"
    assert not errors({"id": "nothing"}, "shopping/catalog_lookup.json#/$defs/get_product_request")


def test_what_is_sold_out_is_shown_as_that(agent: Agent, plage: Merchant):
    product = add(plage, "rose")
    with transaction.atomic():
        stock.stocktake({product.variants.get().pk: 0})
    shown = told(agent, PRODUCT, {"id": "rose"})["product"]
    assert shown["variants"][0]["availability"] == {"available": False, "status": "out_of_stock"}


def test_a_page_costs_as_many_statements_as_a_longer_one(agent: Agent, plage: Merchant):
    add(plage, "one")
    told(agent, SEARCH, {})

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            told(agent, SEARCH, {})
        return len(found)

    before = statements()
    for name in ("two", "three", "four"):
        add(plage, name)
    assert statements() == before
