"""A product's history, its preview before anybody sees it, and its variants by their options."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.db import DatabaseError, transaction

from catalogue import imports, pictures, prices, products
from catalogue.models import ProductChange, ProductImage, Variant
from shopping.money import Money
from tests.admin.filled import opened, picture, said
from webhooks.models import Event

PRODUCTS = "/admin/catalogue/product/"


def of(world, page: str = "change") -> str:
    return f"{PRODUCTS}{world.plage.product.pk}/{page}/"


# History -------------------------------------------------------------------------------------------


def test_the_history_says_who_changed_what_from_what_to_what(browser, world):
    client, product = browser(world.plage.owner), world.plage.product
    data = opened(client, of(world))
    data |= {"title": "Plage sandals", "variants-0-price": "29.90"}
    data |= {"variants-0-compare_at_price": "34.90"}
    assert client.post(of(world), data).status_code == 302
    products.archive(product, actor=None)
    page = client.get(of(world, "history")).text
    for shown in ("Plage flip-flops", "Plage sandals", "€34.90", "€29.90", "@plage_owner"):
        assert shown in page
    kept = list(product.history.order_by("id").values_list("changes", flat=True))[-3:]
    assert kept == [
        {"title": ["Plage flip-flops", "Plage sandals"]},
        {"price": [3490, 2990], "compare_at_price": [None, 3490]},
        {"status": ["active", "archived"]},
    ]


def test_a_variants_page_tells_its_own_part(browser, world):
    other = world.plage.product.variants.get(sku="plage-42")
    prices.change_price(other, price=Money(1234, "EUR"), actor=world.plage.owner)
    client = browser(world.plage.owner)
    assert "€12.34" in client.get(f"/admin/catalogue/variant/{other.pk}/history/").text
    own = client.get(f"/admin/catalogue/variant/{world.plage.variant.pk}/history/").text
    assert "€12.34" not in own


def test_pictures_are_in_the_history(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    product, owner = world.plage.product, world.plage.owner
    image = pictures.add(product, content=picture(), alt="A pair", actor=owner)
    pictures.edit(image, alt="A pair", position=3, variant=world.plage.variant, actor=owner)
    pictures.remove(image, actor=owner)
    assert list(product.history.order_by("id").values_list("changes", flat=True))[-3:] == [
        {"picture": [None, "A pair"]},
        {"picture_position": [0, 3], "picture_variant": [None, "Plage flip-flops 41"]},
        {"picture": ["A pair", None]},
    ]


def test_an_import_keeps_what_it_changed_under_its_file(world):
    head = (
        "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,"
        "Status\n"
    )

    def run(text: str) -> None:
        source = BytesIO((head + text).encode())
        report = imports.import_products(
            world.plage.merchant,
            source,
            currency="EUR",
            actor=world.plage.owner,
            reference="spring.csv",
        )
        assert report.failed == 0, report.errors

    run("mug,Mug,Size,S,MUG-S,9.00,3,active\n")
    product = world.plage.merchant.products.get(external_id="mug")
    run("mug,Big mug,Size,S,MUG-S,9.50,3,active\nmug,,Size,L,MUG-L,12.00,1,\n")
    run("mug,Big mug,Size,S,MUG-S,9.50,2,active\nmug,,Size,L,MUG-L,12.00,1,\n")
    kept = [
        (change.variant and change.variant.sku, change.changes, change.reference)
        for change in product.history.order_by("id")
    ]
    assert [reference for _sku, _changes, reference in kept] == ["spring.csv"] * 4
    assert kept[0][:2] == (None, {"title": [None, "Mug"]})
    assert kept[1][1]["title"] == ["Mug", "Big mug"]
    assert kept[2][:2] == ("MUG-S", {"price": [900, 950]})
    assert kept[3][0] == "MUG-L"
    assert kept[3][1]["price"] == [None, 1200]


def test_what_a_verb_refuses_leaves_no_history(world):
    before = ProductChange.objects.count()
    with pytest.raises(products.ProductError):
        prices.change_price(world.plage.variant, price=Money(-1, "EUR"), actor=None)
    products.archive(world.plage.product, actor=None)
    with pytest.raises(products.ProductError):
        products.withdraw(world.plage.product, actor=None)
    assert ProductChange.objects.count() == before + 1  # the archiving


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_history_is_not_rewritten(world, change):
    rows = ProductChange.objects.filter(product=world.plage.product)
    assert rows.exists()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(reference="x") if change == "update" else rows.delete()


def test_a_long_history_is_leafed_through(browser, world, monkeypatch):
    monkeypatch.setattr("catalogue.admin.changes.PAGE", 2)
    for amount in (1, 2, 3):
        price = Money(amount * 100, "EUR")
        prices.change_price(world.plage.variant, price=price, actor=world.plage.owner)
    client = browser(world.plage.owner)
    first = client.get(of(world, "history"))
    assert len(first.context["changes"]) == 2
    older = client.get(f"{of(world, 'history')}?before={first.context['older']}")
    assert older.context["changes"][0].fields[0].after == "€1.00"


# Preview -------------------------------------------------------------------------------------------


def test_the_card_of_a_draft_is_shown_to_its_shop_alone(browser, world):
    products.withdraw(world.plage.product, actor=None)
    page = browser(world.plage.members["read_only"]).get(of(world, "preview"))
    assert page.text.count('class="ticket pcard"') == 4
    assert "Plage flip-flops" in page.text
    assert "Only you and those who work for this shop see this." in page.text
    assert browser(world.rayon.owner).get(of(world, "preview")).status_code == 404


def test_the_page_of_a_draft_is_shown_to_its_members_with_the_link(browser, world):
    product = products.withdraw(world.plage.product, actor=None)
    address = f"/products/{product.public_id}/{product.slug}/"
    client = browser(world.plage.owner)
    assert f"{address}?preview" in client.get(of(world, "preview")).text
    seen = client.get(f"{address}?preview")
    assert "Only those who work for this shop see this page now." in seen.text
    assert "no-store" in seen["Cache-Control"]
    assert client.get(address).status_code == 404
    for stranger in (None, world.stranger, world.rayon.owner):
        assert browser(stranger).get(f"{address}?preview").status_code == 404
    products.publish(product, actor=None)
    assert "Only those who work" not in client.get(f"{address}?preview").text
    assert browser(None).get(f"{address}?preview").status_code == 200


def test_a_product_without_anything_on_sale_has_no_card(browser, world):
    world.plage.product.variants.update(active=False)
    page = browser(world.plage.owner).get(of(world, "preview"))
    assert "No variant of it is on sale, so there is no card." in page.text


# Variants by their options -------------------------------------------------------------------------


def test_every_combination_that_is_missing_is_added_once(browser, world):
    client, product = browser(world.plage.owner), world.plage.product
    url = of(world, "variants")
    assert client.get(url).context["form"]["o0"].value() == "41,42"
    before = Event.objects.filter(type="product.updated").count()
    data = {"o0": "41, 42, 43, 44", "price": "34,90", "sku": "P", "compare_at_price": ""}
    done = client.post(url, data, follow=True)
    assert said(done) == ["2 variants added."]
    added = product.variants.filter(position__gt=1)
    assert [variant.sku for variant in added] == ["P-43", "P-44"]
    assert [variant.stock.on_hand for variant in added] == [0, 0]
    assert Event.objects.filter(type="product.updated").count() == before + 1
    assert product.history.latest("id").changes["price"] == [None, 3490]
    assert said(client.post(url, data, follow=True)) == ["0 variants added."]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"o0": ""}, "o0"),
        ({"price": ""}, "price"),
        ({"compare_at_price": "1"}, "compare_at_price"),
        ({"o0": ",".join(map(str, range(600)))}, "__all__"),
        ({"o0": "a!, a?", "sku": "P"}, "__all__"),
        ({"o0": "41, 43", "sku": "P"}, "__all__"),  # Another variant's is P-43.
    ],
)
def test_combinations_that_make_no_sense_are_told_and_none_is_added(browser, world, changes, field):
    Variant.objects.filter(sku="plage-42").update(sku="P-43")
    data = {"o0": "41, 43", "price": "34.90", "sku": "", "compare_at_price": ""} | changes
    answer = browser(world.plage.owner).post(of(world, "variants"), data)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert world.plage.product.variants.count() == 2


# Pictures in their order ---------------------------------------------------------------------------


def test_pictures_are_put_in_order_by_their_numbers(browser, world):
    product = world.plage.product
    for place, alt in enumerate(("one", "two", "three")):
        ProductImage.objects.create(
            product=product, file=f"products/{alt}.png", alt=alt, position=place
        )
    client = browser(world.plage.owner)
    data = opened(client, of(world))
    places = {"images-0-position": "2", "images-1-position": "0", "images-2-position": "1"}
    assert client.post(of(world), data | places).status_code == 302
    assert [image.alt for image in product.images.all()] == ["two", "three", "one"]
    page = client.get(of(world)).text
    assert 'data-ordering-field="position"' in page
    refused = client.post(of(world), data | {"images-0-position": "-1"})
    assert refused.status_code == 200
