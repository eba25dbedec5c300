"""Many products at once: said, looked at, confirmed; what is refused stays, and the others do not."""

from __future__ import annotations

import pytest

from catalogue import bulk, stock
from catalogue.admin import bulk as page
from catalogue.models import Product, StockMovement, Variant
from catalogue.products import NewVariant, create
from tests.admin.filled import said
from webhooks.models import Event

BULK = "/admin/catalogue/product/bulk/"


@pytest.fixture
def mug(world) -> Product:
    return create(
        world.plage.merchant,
        title="Mug",
        variants=[NewVariant(price=999, sku="MUG", on_hand=5)],
        actor=world.plage.owner,
    )


def ids(*products: Product) -> str:
    return f"{BULK}?ids={','.join(str(product.pk) for product in products)}"


def look(client, address: str, what: str, figure: str = "", **more: str):
    return client.post(address, {"step": "look", "what": what, "figure": figure, **more})


def confirm(client, address: str, looked):
    return client.post(address, {"step": "confirm", "plan": looked.context["plan"]})


def price_of(sku: str) -> tuple[int, int | None]:
    return Variant.objects.values_list("price", "compare_at_price").get(sku=sku)


@pytest.mark.parametrize(
    ("what", "figure", "more", "mug_price", "flipflop_price"),
    [
        ("price-percent", "-10", {}, (899, None), (3141, None)),
        ("price-percent", "+12,5 %", {}, (1124, None), (3926, None)),
        ("price-by", "-1.50", {"struck": "before"}, (849, 999), (3340, 3490)),
        ("price-set", "20", {"struck": "none"}, (2000, None), (2000, None)),
    ],
)
def test_prices_follow_the_rule_and_are_rounded_halves_up(
    browser, world, mug, what, figure, more, mug_price, flipflop_price
):
    client = browser(world.plage.owner)
    address = ids(mug, world.plage.product)
    looked = look(client, address, what, figure, **more)
    assert (looked.context["willing"], looked.context["unwilling"]) == (2, 0)
    assert price_of("MUG") == (999, None), "a look changes nothing"
    before = Event.objects.count()
    done = confirm(client, address, looked)
    assert (done.context["done"], done.context["refused"]) == (2, [])
    assert price_of("MUG") == mug_price
    assert price_of("plage-41") == price_of("plage-42") == flipflop_price
    told = Event.objects.order_by("id")[before:]
    assert [event.type for event in told] == ["product.updated"] * 2, "one event a product"
    kept = mug.history.latest("id")
    assert kept.changes["price"] == [999, mug_price[0]]
    assert (kept.variant.sku, kept.actor) == ("MUG", world.plage.owner)


def test_a_product_that_cannot_follow_is_named_and_the_others_do(browser, world, mug):
    client = browser(world.plage.owner)
    looked = look(client, ids(mug, world.plage.product), "price-by", "-20")
    assert (looked.context["willing"], looked.context["unwilling"]) == (1, 1)
    assert "A price lies between" in looked.text
    done = confirm(client, ids(mug, world.plage.product), looked)
    assert done.context["done"] == 1
    assert price_of("MUG") == (999, None)
    assert price_of("plage-41") == (1490, None)


def test_what_changed_since_the_look_is_refused_and_twice_is_once(browser, world, mug):
    client = browser(world.plage.owner)
    address = ids(mug, world.plage.product)
    looked = look(client, address, "price-percent", "10")
    Variant.objects.filter(sku="MUG").update(price=1200)
    done = confirm(client, address, looked)
    assert done.context["done"] == 1
    assert done.context["refused"] == [("Mug", "Its price has changed meanwhile. Look again.")]
    assert "Mug: Its price has changed meanwhile." in done.text
    again = confirm(client, address, looked)
    assert (again.context["done"], len(again.context["refused"])) == (0, 2)
    assert price_of("plage-41") == (3839, None)


@pytest.mark.parametrize(
    ("what", "figure", "after"), [("stock-by", "-2", (3, 8, 0)), ("stock-set", "7", (7, 7, 7))]
)
def test_stock_is_counted_with_its_reason_and_movement(browser, world, mug, what, figure, after):
    client = browser(world.plage.members["fulfilment"])
    address = ids(mug, world.plage.product)
    looked = look(client, address, what, figure, reason="adjustment", reference="note 7")
    done = confirm(client, address, looked)
    assert done.context["done"] == 2
    skus = ("MUG", "plage-41", "plage-42")
    assert tuple(Variant.objects.get(sku=sku).stock.on_hand for sku in skus) == after
    movement = StockMovement.objects.filter(variant__sku="MUG").latest("id")
    assert (movement.reason, movement.reference) == ("adjustment", "note 7")
    assert movement.actor == world.plage.members["fulfilment"]
    again = confirm(client, address, looked)
    assert again.context["done"] == 0
    assert {why for _title, why in again.context["refused"]} == {
        "Its stock has changed meanwhile. Look again."
    }


def test_goods_go_the_way_of_their_reason_and_what_came_back_has_a_verb_of_its_own(
    browser, world, mug
):
    client = browser(world.plage.owner)
    address = ids(mug, world.plage.product)
    looked = look(client, address, "stock-set", "7", reason="received")
    assert (looked.context["willing"], looked.context["unwilling"]) == (1, 1)
    assert "What comes in is written without a minus." in looked.text
    assert confirm(client, address, looked).context["done"] == 1
    movement = StockMovement.objects.filter(variant__sku="MUG").latest("id")
    assert (movement.reason, movement.before, movement.after) == ("received", 5, 7)
    for refunds in ("restock", "sale", "count"):
        answer = look(client, address, "stock-by", "1", reason=refunds)
        assert answer.status_code == 422
        assert "reason" in answer.context["form"].errors


def test_as_many_pieces_as_anywhere_else_may_be_counted(browser, world, mug):
    client = browser(world.plage.owner)
    looked = look(client, ids(mug), "stock-set", "10000000")
    assert (looked.context["willing"], looked.context["unwilling"]) == (1, 0)
    assert "At most 10000000 pieces" in look(client, ids(mug), "stock-set", "10000001").text


def test_promised_pieces_stay(browser, world, mug):
    stock.reserve({mug.variants.get().pk: 4})
    client = browser(world.plage.owner)
    looked = look(client, ids(mug, world.plage.product), "stock-set", "3")
    assert "4 are promised to shoppers." in looked.text
    assert confirm(client, ids(mug), looked).context["done"] == 1
    assert mug.variants.get().stock.on_hand == 5


def test_a_status_goes_its_steps(browser, world, mug):
    client = browser(world.plage.owner)
    looked = look(client, ids(mug, world.plage.product), "status-active")
    assert (looked.context["willing"], looked.context["same"]) == (1, 1)
    assert confirm(client, ids(mug), looked).context["done"] == 1
    mug.refresh_from_db()
    assert (mug.status, mug.history.latest("id").changes) == (
        "active",
        {"status": ["draft", "active"]},
    )
    client.post("/admin/catalogue/product/", {"action": "archive", "_selected_action": [mug.pk]})
    refused = look(client, ids(mug), "status-draft")
    assert "A product that is archived cannot become draft." in refused.text


@pytest.mark.parametrize(
    ("what", "figure"),
    [
        *[("price-percent", ""), ("price-percent", "x"), ("price-percent", "1.234")],
        *[("price-percent", "1001"), ("price-set", "-1"), ("price-by", "1e3")],
        *[("stock-by", "1.5"), ("stock-set", "-1"), ("stock-by", "٣")],
    ],
)
def test_a_figure_that_makes_no_sense_is_told_and_stays(browser, world, what, figure):
    answer = look(browser(world.plage.owner), ids(world.plage.product), what, figure)
    assert answer.status_code == 422
    assert "figure" in answer.context["form"].errors
    assert answer.context["form"]["figure"].value() == figure


def test_amounts_need_one_currency(browser, world, mug):
    Product.objects.filter(pk=mug.pk).update(currency="USD")
    client = browser(world.plage.owner)
    answer = look(client, ids(mug, world.plage.product), "price-by", "1")
    assert answer.context["form"].errors["figure"] == [
        "These products are sold in several currencies."
    ]
    assert look(client, ids(mug, world.plage.product), "price-percent", "1").status_code == 200


def test_all_of_a_filter_is_edited_from_the_list(browser, world, mug):
    client = browser(world.plage.owner)
    listed = client.get("/admin/catalogue/product/?status__exact=draft&p=1")
    assert f'href="{BULK}?status__exact=draft"' in listed.text
    opened = client.get(f"{BULK}?status__exact=draft")
    assert opened.context["count"] == 1
    ticked = {"action": "edit_many", "_selected_action": [mug.pk, world.plage.product.pk]}
    chosen = client.post("/admin/catalogue/product/", ticked)
    assert client.get(chosen["Location"]).context["count"] == 2


def test_too_many_are_refused_in_words(browser, world, mug, monkeypatch):
    client = browser(world.plage.owner)
    monkeypatch.setattr(bulk, "MOST_VARIANTS", 2)
    answer = look(client, ids(mug, world.plage.product), "price-by", "1")
    assert answer.context["form"].non_field_errors() == [
        "These are more than 2 variants: choose fewer products."
    ]
    monkeypatch.setattr(page, "MOST_PRODUCTS", 1)
    turned = client.get(BULK, follow=True)
    assert said(turned) == ["These are more than 1 products: filter or search for fewer."]
    assert said(client.get(f"{BULK}?ids=0,x", follow=True)) == ["No product was chosen."]


def test_nobody_edits_what_is_not_theirs(browser, world, mug):
    """Neither chosen by its number, nor by a plan that somebody else has looked at."""
    client = browser(world.plage.owner)
    opened = client.get(ids(world.rayon.product, mug))
    assert opened.context["count"] == 1
    looked = look(browser(world.rayon.owner), ids(world.rayon.product), "price-set", "1")
    stolen = client.post(BULK, {"step": "confirm", "plan": looked.context["plan"]}, follow=True)
    assert "This preview is too old. Look again." in said(stolen)
    forged = client.post(BULK, {"step": "confirm", "plan": "x"}, follow=True)
    assert "This preview is too old. Look again." in said(forged)
    fulfilment = browser(world.plage.members["fulfilment"])
    assert "what" in look(fulfilment, ids(mug), "price-set", "1").context["form"].errors
    assert browser(world.plage.members["read_only"]).get(ids(mug)).status_code == 403
    assert price_of("MUG") == (999, None)
    assert price_of("rayon-41") == (3490, None)
