"""Listings are kept through the catalogue's verbs, in major units, without losing what was typed."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalogue.admin.stock import only_free
from catalogue.models import Product, ProductImage, StockMovement, Variant
from tests.admin.filled import errors, opened, picture, said
from webhooks.models import Event

ADD = "/admin/catalogue/product/add/"


def new(world, **changes):
    return {
        "merchant": world.plage.merchant.pk,
        "title": "Jetty towel",
        "description": "<p>Thick</p><script>alert(1)</script>",
        "tags": "beach, cotton",
        "option_names": "Size, Colour",
        "option_values": "L, Coral",
        "price": "34,90",
        "compare_at_price": "",
        "sku": "JET-L",
        "on_hand": "12",
    } | changes


def test_a_new_product_is_a_draft_with_its_stock_and_its_event(browser, world):
    response = browser(world.plage.owner).post(ADD, new(world))
    product = Product.objects.get(title="Jetty towel")
    assert response["Location"] == reverse("admin:catalogue_product_change", args=[product.pk])
    variant = product.variants.get()
    assert (product.status, product.currency, product.tags) == ("draft", "EUR", ["beach", "cotton"])
    assert product.description == "<p>Thick</p>"
    assert (variant.price, variant.option_values, variant.sku) == (3490, ["L", "Coral"], "JET-L")
    assert variant.stock.on_hand == 12
    assert variant.movements.get().actor == world.plage.owner
    assert Event.objects.filter(type="product.created", subject=product.public_id).count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price": "34.905"}, "price"),
        ({"price": "-1"}, "price"),
        ({"price": "1e3"}, "price"),
        ({"price": "NaN"}, "price"),
        ({"price": "٣٤"}, "price"),
        ({"price": ""}, "price"),
        ({"price": "999999999"}, "price"),
        ({"compare_at_price": "34.90"}, "compare_at_price"),
        ({"option_values": "L"}, "option_values"),
        ({"option_names": "A,B,C,D", "option_values": "1,2,3,4"}, "option_names"),
        ({"sku": "plage-41"}, "sku"),
        ({"title": ""}, "title"),
        ({"on_hand": "-1"}, "on_hand"),
        ({"merchant": ""}, "merchant"),
    ],
)
def test_a_wrong_field_is_told_and_what_was_typed_stays(browser, world, changes, field):
    response = browser(world.plage.owner).post(ADD, new(world, **changes))
    assert response.status_code == 200
    assert field in errors(response)
    shown = response.context["adminform"].form[field].value()
    assert (shown or "") == changes[field]
    assert not Product.objects.filter(title="Jetty towel").exists()


def test_yen_have_no_decimals(browser, world):
    merchant = world.plage.merchant
    merchant.currency = "JPY"
    merchant.save()
    client = browser(world.plage.owner)
    assert "price" in errors(client.post(ADD, new(world)))
    assert client.post(ADD, new(world, price="3490")).status_code == 302
    product = Product.objects.get(title="Jetty towel")
    assert (product.currency, product.variants.get().price) == ("JPY", 3490)


def change(world):
    return reverse("admin:catalogue_product_change", args=[world.plage.product.pk])


def test_an_untouched_form_changes_nothing(browser, world):
    client = browser(world.plage.owner)
    before = Event.objects.count()
    assert client.post(change(world), opened(client, change(world))).status_code == 302
    assert Event.objects.count() == before


def test_a_price_is_shown_and_taken_in_major_units(browser, world):
    client = browser(world.plage.owner)
    data = opened(client, change(world))
    assert data["variants-0-price"] == "34.90"
    data |= {"variants-0-price": "29.5", "variants-0-compare_at_price": "34.90"}
    assert client.post(change(world), data).status_code == 302
    world.plage.variant.refresh_from_db()
    assert (world.plage.variant.price, world.plage.variant.compare_at_price) == (2950, 3490)
    event = Event.objects.filter(type="product.updated").latest("id")
    assert event.payload["changes"]["price"] == [3490, 2950]
    assert event.payload["actor"] == "plage_owner"


def test_words_are_sanitised_and_told(browser, world):
    client = browser(world.plage.owner)
    data = opened(client, change(world))
    data["description"] = '<p onclick="x()">Light</p><img src="https://x.example/">'
    assert client.post(change(world), data).status_code == 302
    world.plage.product.refresh_from_db()
    assert world.plage.product.description == "<p>Light</p>"
    assert Event.objects.filter(type="product.updated").count() == 1


def test_a_variant_is_added_below_the_others(browser, world):
    client = browser(world.plage.owner)
    data = opened(client, change(world))
    data |= {"variants-TOTAL_FORMS": 3, "variants-2-option_values": "43"}
    data |= {"variants-2-price": "34.90", "variants-2-sku": "plage-43"}
    data |= {"variants-2-weight_grams": "200", "variants-2-active": "on"}
    assert client.post(change(world), data).status_code == 302
    added = Variant.objects.get(sku="plage-43")
    assert (added.price, added.weight_grams, added.position) == (3490, 200, 2)
    assert added.stock.on_hand == 0


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"variants-2-option_values": "41"}, "variants-2-__all__"),
        ({"variants-2-option_values": "43,Coral"}, "variants-2-option_values"),
        ({"variants-2-sku": "plage-41"}, "variants-2-__all__"),
        ({"variants-2-price": "free"}, "variants-2-price"),
    ],
)
def test_a_variant_that_does_not_fit_is_told(browser, world, row, field):
    client = browser(world.plage.owner)
    data = opened(client, change(world))
    data |= {"variants-TOTAL_FORMS": 3, "variants-2-option_values": "43"}
    data |= {"variants-2-price": "34.90", "variants-2-weight_grams": "0", "variants-2-active": "on"}
    response = client.post(change(world), data | row)
    assert response.status_code == 200
    assert field in errors(response)
    assert Variant.objects.filter(product=world.plage.product).count() == 2


def test_the_last_variant_on_sale_stays_on_sale(browser, world):
    """Both are switched off: the second is refused, and the first stays as it was."""
    client = browser(world.plage.owner)
    data = opened(client, change(world))
    del data["variants-0-active"], data["variants-1-active"]
    page = client.post(change(world), data, follow=True)
    assert said(page) == ["This is the last variant on sale: archive the product instead."]
    assert Variant.objects.filter(product=world.plage.product, active=True).count() == 2


def test_variants_are_never_deleted(browser, world):
    client = browser(world.plage.owner)
    data = opened(client, change(world)) | {"variants-0-DELETE": "on"}
    client.post(change(world), data)
    assert Variant.objects.filter(product=world.plage.product).count() == 2
    gone = reverse("admin:catalogue_product_delete", args=[world.plage.product.pk])
    assert client.post(gone, {"post": "yes"}).status_code == 403


def test_publish_and_archive_say_what_they_did(browser, world):
    client = browser(world.plage.owner)
    url = reverse("admin:catalogue_product_changelist")
    ticked = {"_selected_action": [world.plage.product.pk]}
    page = client.post(url, {"action": "archive", **ticked}, follow=True)
    assert said(page) == ["1 product changed."]
    page = client.post(url, {"action": "withdraw", **ticked}, follow=True)
    assert said(page) == ["Plage flip-flops: A product that is archived cannot become draft."]
    page = client.post(url, {"action": "publish", **ticked}, follow=True)
    world.plage.product.refresh_from_db()
    assert world.plage.product.status == "active"


def with_picture(client, url, upload):
    data = opened(client, url)
    data |= {"images-TOTAL_FORMS": 1, "images-0-alt": "A pair", "images-0-position": 0}
    return client.post(url, data | {"images-0-file": upload})


@pytest.mark.parametrize(("kind", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
def test_a_picture_is_kept_under_a_name_of_ours(browser, world, settings, tmp_path, kind, ending):
    settings.MEDIA_ROOT = tmp_path
    client = browser(world.plage.owner)
    assert with_picture(client, change(world), picture(kind, (40, 30))).status_code == 302
    image = ProductImage.objects.get()
    assert (image.alt, image.width, image.height) == ("A pair", 40, 30)
    assert image.file.name.endswith(f".{ending}")
    assert "pair" not in image.file.name


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
        SimpleUploadedFile("a.html", b"<script>alert(1)</script>"),
        SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\nbroken"),
        SimpleUploadedFile("a.gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
        SimpleUploadedFile("a.png", b"x" * (5 * 1024 * 1024 + 1)),
    ],
)
def test_what_is_no_picture_is_refused(browser, world, settings, tmp_path, upload):
    settings.MEDIA_ROOT = tmp_path
    upload.seek(0)
    response = with_picture(browser(world.plage.owner), change(world), upload)
    assert response.status_code == 200
    assert "images-0-file" in errors(response)
    assert not ProductImage.objects.exists()
    assert list(tmp_path.iterdir()) == []


def stock(world):
    return reverse("admin:catalogue_stockitem_change", args=[world.plage.variant.pk])


def test_stock_is_corrected_with_a_reason_and_leaves_a_movement(browser, world):
    client = browser(world.plage.members["fulfilment"])
    said_so = {"delta": "-3", "reason": "damaged", "reference": "box 7", "note": "three were torn"}
    assert client.post(stock(world), said_so).status_code == 302
    movement = StockMovement.objects.latest("id")
    assert (movement.before, movement.after, movement.reference) == (10, 7, "box 7")
    assert (movement.reason, movement.note) == ("damaged", "three were torn")
    assert movement.actor == world.plage.members["fulfilment"]
    assert "three were torn" in client.get(stock(world)).content.decode()


@pytest.mark.parametrize("delta", ["0", "-11", "x", "", "99999999999"])
def test_stock_that_is_promised_or_not_there_cannot_go(browser, world, delta):
    client = browser(world.plage.owner)
    response = client.post(stock(world), {"delta": delta, "reason": "adjustment"})
    assert "delta" in errors(response)
    world.plage.variant.stock.refresh_from_db()
    assert world.plage.variant.stock.on_hand == 10


def test_counts_cannot_be_overwritten(browser, world):
    client = browser(world.plage.owner)
    client.post(
        stock(world),
        {"delta": "1", "reason": "received", "on_hand": "500", "reserved": "0", "variant": "1"},
    )
    world.plage.variant.stock.refresh_from_db()
    assert world.plage.variant.stock.on_hand == 11


def test_a_shipping_rate_is_kept_in_major_units(browser, world):
    client = browser(world.plage.members["editor"])
    url = reverse("admin:catalogue_shippingrate_change", args=[world.plage.rate.pk])
    data = opened(client, url)
    assert data["price"] == "3.90"
    data |= {"price": "4,50", "free_from": "60", "countries": "FR, BE"}
    assert client.post(url, data).status_code == 302
    world.plage.rate.refresh_from_db()
    rate = world.plage.rate
    assert (rate.price, rate.free_from, rate.countries) == (450, 6000, ["FR", "BE"])
    for wrong in ({"countries": "France"}, {"countries": ""}, {"price": "x"}, {"max_days": "1"}):
        assert client.post(url, data | wrong).status_code == 200, wrong


def test_one_piece_is_free_or_several_are() -> None:
    assert only_free(1).messages == ["Only 1 is free; the others are promised to shoppers."]
    assert only_free(2).messages == ["Only 2 are free; the others are promised to shoppers."]
