"""A member of one shop names another shop's rows in the fields of a form."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalogue.models import Membership, Product, ProductImage, Variant
from tests.admin.filled import errors, opened, picture
from tests.admin.foreign import counts


def test_a_foreign_shop_in_a_form_is_no_choice(browser, world):
    client = browser(world.plage.owner)
    foreign = world.rayon.merchant.pk
    forms = {
        "catalogue_product": {
            "title": "Stolen",
            "price": "1",
            "on_hand": "0",
            "merchant": foreign,
        },
        "catalogue_shippingrate": {
            "merchant": foreign,
            "name": "Free",
            "countries": "FR",
            "price": "0",
            "min_days": 1,
            "max_days": 2,
            "position": 0,
        },
        "checkout_offer": {
            "merchant": foreign,
            "name": "Stolen",
            "kind": "percentage",
            "per_cent": "50",
        },
        "webhooks_endpoint": {"merchant": foreign, "url": "https://evil.example/"},
        "catalogue_stocktake": {"merchant": foreign},
        "partners_apikey": {"merchant": foreign, "name": "Stolen", "scopes": ["stock:read"]},
        "partners_application": {"merchant": foreign, "name": "Stolen"},
    }
    before = counts()
    for name, data in forms.items():
        response = client.post(reverse(f"admin:{name}_add"), data)
        assert response.status_code == 200
        assert "merchant" in errors(response), name
    assert counts() == before


def test_a_role_in_another_shop_lends_nothing_to_this_one(browser, world):
    """Owner of one, reader of the other: nothing of the other can be added or changed."""
    Membership.objects.create(
        user=world.plage.owner, merchant=world.rayon.merchant, role=Membership.Role.READ_ONLY
    )
    client = browser(world.plage.owner)
    before = counts()
    added = client.post(
        reverse("admin:catalogue_product_add"),
        {"merchant": world.rayon.merchant.pk, "title": "No", "price": "1", "on_hand": "0"},
    )
    assert "merchant" in errors(added)
    change = reverse("admin:catalogue_product_change", args=[world.rayon.product.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"title": "No"}).status_code == 403
    archived = client.post(
        reverse("admin:catalogue_product_changelist"),
        {"action": "archive", "_selected_action": [world.plage.product.pk, world.rayon.product.pk]},
    )
    assert archived.status_code == 403
    assert counts() == before
    assert set(Product.objects.values_list("status", flat=True)) == {"active"}
    endpoint = reverse("admin:webhooks_endpoint_change", args=[world.rayon.endpoint.pk])
    assert client.get(endpoint).status_code == 404


def test_a_foreign_variant_in_the_variants_table_is_refused(browser, world):
    client = browser(world.plage.owner)
    url = reverse("admin:catalogue_product_change", args=[world.plage.product.pk])
    data = opened(client, url)
    data["variants-0-id"] = world.rayon.variant.pk
    data["variants-0-price"] = "0.01"
    response = client.post(url, data)
    assert response.status_code == 200
    assert set(Variant.objects.values_list("price", flat=True)) == {3490}


def test_a_foreign_variant_below_a_picture_is_refused(browser, world):
    client = browser(world.plage.owner)
    url = reverse("admin:catalogue_product_change", args=[world.plage.product.pk])
    data = opened(client, url)
    data |= {"images-TOTAL_FORMS": 1, "images-0-alt": "A pair", "images-0-position": 0}
    data |= {"images-0-variant": world.rayon.variant.pk, "images-0-file": picture()}
    response = client.post(url, data)
    assert "images-0-variant" in errors(response)
    assert not ProductImage.objects.exists()


def test_a_foreign_product_below_a_variant_is_put_right(browser, world):
    """The parent is the page's, whatever the form says."""
    client = browser(world.plage.owner)
    url = reverse("admin:catalogue_product_change", args=[world.plage.product.pk])
    data = opened(client, url)
    data["variants-0-product"] = world.rayon.product.pk
    assert client.post(url, data).status_code == 200
    assert world.rayon.product.variants.count() == 2


@pytest.mark.parametrize(
    ("app_label", "model_name", "field_name"),
    [
        ("catalogue", "membership", "user"),
        ("checkout", "order", "user"),
        ("accounts", "user", "groups"),
    ],
)
def test_autocompletes_tell_members_of_nobody(browser, world, app_label, model_name, field_name):
    client = browser(world.plage.owner)
    answer = client.get(
        reverse("admin:autocomplete"),
        {
            "app_label": app_label,
            "model_name": model_name,
            "field_name": field_name,
            "term": "r",
        },
    )
    assert answer.status_code == 403


def test_autocompletes_offer_own_shops_only(browser, world):
    answer = browser(world.plage.owner).get(
        reverse("admin:autocomplete"),
        {"app_label": "catalogue", "model_name": "product", "field_name": "merchant", "term": ""},
    )
    assert [row["text"] for row in answer.json()["results"]] == ["Plage"]


@pytest.mark.parametrize(
    "query", ["status__regex=(", "status__exact=%00", "status__in=a", "merchant__email__exact=x"]
)
def test_a_filter_that_no_list_offers_is_refused(browser, world, query):
    answer = browser(world.plage.owner).get(f"/admin/catalogue/product/?{query}")
    assert answer.status_code == 400
    assert "Traceback" not in answer.content.decode()
