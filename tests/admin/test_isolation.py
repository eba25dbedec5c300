"""A member of one shop tries another shop's rows through every opening there is."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import User
from catalogue.models import Membership, Product, ProductImage, ShippingRate, StockItem, Variant
from checkout.models import Order
from fulfilment.models import FulfilmentOrder
from shopping.admin_site import site
from tests.admin.filled import errors, opened
from webhooks.models import Delivery, Endpoint, Event

LISTS = [
    *["catalogue_product", "catalogue_stockitem", "catalogue_stockmovement"],
    *["catalogue_shippingrate", "catalogue_merchant", "checkout_order"],
    *["fulfilment_fulfilmentorder", "webhooks_endpoint", "webhooks_delivery", "webhooks_event"],
]


def foreign_rows(world):
    rayon = world.rayon
    return {
        "catalogue_product": rayon.product,
        "catalogue_stockitem": rayon.variant.stock,
        "catalogue_stockmovement": rayon.variant.movements.first(),
        "catalogue_shippingrate": rayon.rate,
        "catalogue_merchant": rayon.merchant,
        "fulfilment_fulfilmentorder": rayon.fulfilment_order,
        "webhooks_endpoint": rayon.endpoint,
        "webhooks_delivery": rayon.delivery,
        "webhooks_event": rayon.delivery.event,
    }


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_own_rows_only(browser, world, name):
    client = browser(world.plage.owner)
    page = client.get(reverse(f"admin:{name}_changelist"))
    assert len(page.context["cl"].result_list) > 0
    assert "rayon" not in page.content.decode().lower()
    for query in ("?q=rayon", "?q=Rayon flip-flops", "?q=orders@rayon.example"):
        found = client.get(reverse(f"admin:{name}_changelist") + query)
        assert not found.context["cl"].result_list, query


def test_staff_sees_the_rows_of_all(browser, world):
    client = browser(world.staff)
    for name in LISTS:
        shown = client.get(reverse(f"admin:{name}_changelist")).context["cl"].result_list
        if name == "checkout_order":
            assert [row.pk for row in shown] == [world.order.pk]
            continue
        model_admin = site._registry[type(foreign_rows(world)[name])]
        merchants = {model_admin.merchant_of(row) for row in shown}
        assert {world.plage.merchant.pk, world.rayon.merchant.pk} <= merchants


def test_a_foreign_id_in_an_address_is_not_found(browser, world):
    client = browser(world.plage.owner)
    for name, row in foreign_rows(world).items():
        for view in ("change", "history"):
            url = reverse(f"admin:{name}_{view}", args=[row.pk])
            assert client.get(url).status_code == 404
            # What nobody may post to says so before it looks for the row.
            assert client.post(url).status_code in (403, 404)
        gone = client.post(reverse(f"admin:{name}_delete", args=[row.pk]), {"post": "yes"})
        assert gone.status_code in (403, 404)
        assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("object_id", ["0", "999999999999999999999", "x", "1'--", "_5F"])
def test_an_id_that_is_none_is_not_found(browser, world, object_id):
    client = browser(world.plage.owner)
    for name in LISTS:
        assert client.get(reverse(f"admin:{name}_change", args=[object_id])).status_code == 404


@pytest.mark.parametrize("role", ["owner", "editor", "fulfilment", "read_only"])
def test_operators_pages_are_closed_to_members(browser, world, role):
    client = browser(world.plage.members[role])
    for model in site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        if name not in LISTS:
            row = model._default_manager.first()
            assert row is not None, name
            assert client.get(reverse(f"admin:{name}_changelist")).status_code == 403, name
            change = client.get(reverse(f"admin:{name}_change", args=[row.pk]))
            assert change.status_code in (403, 404), name


def test_filters_answer_no_question_about_what_is_not_shown(browser, world):
    client = browser(world.plage.owner)
    asked = {
        "catalogue_product": "merchant__email__startswith=orders@plage",
        "checkout_order": "idempotency_key__startswith=a",
        "fulfilment_fulfilmentorder": "order__payments__intent_id__startswith=pi",
        "webhooks_event": "merchant__stripe_account_id=acct",
        "catalogue_merchant": "memberships__user__password__startswith=argon2",
    }
    for name, query in asked.items():
        response = client.get(f"{reverse(f'admin:{name}_changelist')}?{query}")
        assert response.status_code == 400, name


def test_a_foreign_shop_in_the_shop_filter_finds_nothing(browser, world):
    client = browser(world.plage.owner)
    other = world.plage
    Membership.objects.create(
        user=other.owner, merchant=another(world), role=Membership.Role.READ_ONLY
    )
    url = reverse("admin:catalogue_product_changelist")
    assert len(client.get(f"{url}?shop={other.merchant.pk}").context["cl"].result_list) == 1
    assert not client.get(f"{url}?shop={world.rayon.merchant.pk}").context["cl"].result_list
    assert not client.get(f"{url}?shop=x").context["cl"].result_list


def another(world):
    """A third shop, for people who work for two."""
    account = User.objects.create_shop(handle="third", display_name="Third")
    return type(world.plage.merchant).objects.create(
        account=account, name="Third", email="orders@third.example", country="FR", currency="EUR"
    )


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
        "webhooks_endpoint": {"merchant": foreign, "url": "https://evil.example/"},
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


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("catalogue_product", "archive"),
        ("catalogue_product", "publish"),
        ("fulfilment_fulfilmentorder", "pack_all"),
        ("fulfilment_fulfilmentorder", "deliver_all"),
        ("webhooks_endpoint", "rotate"),
        ("webhooks_delivery", "send_again"),
    ],
)
def test_a_foreign_tick_in_a_list_does_nothing_at_all(browser, world, name, action):
    """Not even to the person's own row that was ticked beside it."""
    client = browser(world.plage.owner)
    foreign = foreign_rows(world)[name]
    own = {
        "catalogue_product": world.plage.product,
        "fulfilment_fulfilmentorder": world.plage.fulfilment_order,
        "webhooks_endpoint": world.plage.endpoint,
        "webhooks_delivery": world.plage.delivery,
    }[name]
    before = counts()
    for across in ("0", "1"):
        response = client.post(
            reverse(f"admin:{name}_changelist"),
            {
                "action": action,
                "select_across": across,
                "index": "0",
                "_selected_action": [own.pk, foreign.pk],
            },
        )
        assert response.status_code == 404
    assert counts() == before


def test_select_across_reaches_own_rows_only(browser, world):
    client = browser(world.plage.owner)
    client.post(
        reverse("admin:catalogue_product_changelist"),
        {
            "action": "archive",
            "select_across": "1",
            "index": "0",
            "_selected_action": [world.plage.product.pk],
        },
    )
    world.plage.product.refresh_from_db()
    world.rayon.product.refresh_from_db()
    assert (world.plage.product.status, world.rayon.product.status) == ("archived", "active")


@pytest.mark.parametrize("name", LISTS)
def test_nothing_offers_to_delete_a_selection_of_what_money_touches(browser, world, name):
    client = browser(world.plage.owner)
    page = client.get(reverse(f"admin:{name}_changelist"))
    form = page.context["action_form"]
    offered = [key for key, _label in form.fields["action"].choices] if form else []
    assert ("delete_selected" in offered) == (name == "catalogue_shippingrate")


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


def test_a_merchant_reads_its_own_part_of_an_order(browser, world):
    url = reverse("admin:checkout_order_change", args=[world.order.pk])
    page = browser(world.plage.owner).get(url).content.decode()
    assert "Plage flip-flops" in page
    assert "€38.80" in page  # 34.90 and 3.90 of delivery, of 77.60 in all
    for hidden in ("Rayon", "€77.60", "pi_", "only staff", "payment.secret"):
        assert hidden not in page
    staff = browser(world.staff).get(url).content.decode()
    for shown in ("Rayon", "€77.60", "pi_", "only staff", "payment.secret"):
        assert shown in staff


def test_an_unpaid_order_is_none_of_the_merchants_business(browser, world):
    Order.objects.filter(pk=world.order.pk).update(
        status="cancelled", paid_at=None, cancelled_at=world.order.paid_at
    )
    url = reverse("admin:checkout_order_change", args=[world.order.pk])
    assert browser(world.plage.owner).get(url).status_code == 404
    assert browser(world.staff).get(url).status_code == 200


def test_a_shop_without_a_line_does_not_see_the_order(browser, world):
    from_third = another(world)
    Membership.objects.create(user=world.stranger, merchant=from_third, role="owner")
    client = browser(world.stranger)
    url = reverse("admin:checkout_order_change", args=[world.order.pk])
    assert client.get(url).status_code == 404
    lists = client.get(reverse("admin:checkout_order_changelist") + f"?q={world.order.number}")
    assert not lists.context["cl"].result_list


def counts():
    """Everything that a refused call could have left behind or changed."""
    return (
        sorted(Product.objects.values_list("pk", "status", "title")),
        sorted(Variant.objects.values_list("pk", "price", "sku", "active")),
        sorted(StockItem.objects.values_list("pk", "on_hand", "reserved")),
        sorted(ShippingRate.objects.values_list("pk", "price")),
        sorted(Endpoint.objects.values_list("pk", "url", "secret", "active")),
        sorted(Delivery.objects.values_list("pk", "status", "attempts")),
        sorted(FulfilmentOrder.objects.values_list("pk", "status")),
        Event.objects.count(),
    )


def picture(kind="PNG", size=(8, 6)):
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    return SimpleUploadedFile(f"pair.{kind.lower()}", file.getvalue())
