"""Staff who changes what is a shop's says why; it is written down, and the shop's owners read it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalogue.models import MerchantAct, Product, ShippingRate, StockItem
from checkout.models import Offer
from fulfilment.models import FulfilmentOrder
from tests.admin.filled import WHY, errors, opened

NEEDED = {"__all__": ["Say why: the shop's owners read it."]}


def change(name, row):
    return reverse(f"admin:{name}_change", args=[row.pk])


def log():
    fields = ("merchant__name", "kind", "subject", "reason", "actor__handle", "operator")
    return list(MerchantAct.objects.order_by("id").values_list(*fields))


def test_a_change_needs_a_reason_and_keeps_what_was_typed(browser, world):
    client, url = browser(world.staff), change("catalogue_product", world.plage.product)
    data = opened(client, url) | {"title": "Sandals", "variants-0-price": "12.00"}
    refused = client.post(url, data | {"operator_reason": " \n "})
    assert errors(refused) == NEEDED
    assert refused.context["adminform"].form["title"].value() == "Sandals"
    assert 'name="operator_reason"' in refused.content.decode()
    assert (Product.objects.get(pk=world.plage.product.pk).title, log()) == (
        "Plage flip-flops",
        [],
    )
    assert client.post(url, data).status_code == 302
    [(shop, kind, subject, reason, who, operator)] = log()
    assert (shop, kind, reason, who, operator) == ("Plage", "changed", WHY, "staff", True)
    assert "Sandals" in subject
    changes = MerchantAct.objects.get().changes
    assert changes["Title"] == ["Plage flip-flops", "Sandals"]
    assert [pair for name, pair in changes.items() if "Price" in name] == [["3490", "1200"]]
    assert MerchantAct.objects.get().object_id == str(world.plage.product.pk)


def test_what_the_verb_refuses_is_not_written_down(browser, world):
    item = world.plage.variant.stock
    url = change("catalogue_stockitem", item)
    client = browser(world.staff)
    data = opened(client, url) | {"delta": "-11", "reason": "adjustment"}
    assert client.post(url, data).status_code == 200
    assert log() == []
    client.post(url, data | {"delta": "-1"})
    assert StockItem.objects.get(pk=item.pk).on_hand == 9
    assert [kind for _shop, kind, *_rest in log()] == ["changed"]


def test_a_pressed_button_needs_a_reason(browser, world):
    row = world.plage.fulfilment_order
    url = change("fulfilment_fulfilmentorder", row)
    client = browser(world.staff)
    data = opened(client, url) | {"fulfilment_fulfilmentorder_pack": ""}
    assert errors(client.post(url, data | {"operator_reason": ""})) == NEEDED
    assert FulfilmentOrder.objects.get(pk=row.pk).status == "open"
    client.post(url, data)
    assert FulfilmentOrder.objects.get(pk=row.pk).status == "packed"
    [(shop, kind, subject, reason, *_who)] = log()
    assert (shop, kind, reason) == ("Plage", "changed", WHY)
    assert subject.endswith(" · Mark packed")


def test_an_action_of_a_list_asks_why_on_a_page_that_sends_it_again(browser, world):
    client = browser(world.staff)
    url = reverse("admin:catalogue_product_changelist")
    rows = [world.plage.product.pk, world.rayon.product.pk]
    page = client.post(url, {"action": "archive", "_selected_action": rows})
    shown = page.content.decode()
    for value in ("archive", *map(str, rows)):
        assert f'value="{value}"' in shown
    assert set(Product.objects.values_list("status", flat=True)) == {"active"}
    sent = page.context["sent"]
    again = {name: [value for each, value in sent if each == name] for name, _value in sent}
    client.post(url, again | {"operator_reason": WHY})
    assert set(Product.objects.values_list("status", flat=True)) == {"archived"}
    assert sorted(shop for shop, *_rest in log()) == ["Plage", "Rayon"]


@pytest.mark.parametrize("way", ["page", "list"])
def test_a_deletion_needs_a_reason(browser, world, way):
    client, rate = browser(world.staff), world.plage.rate
    if way == "page":
        url, data = reverse("admin:catalogue_shippingrate_delete", args=[rate.pk]), {}
    else:
        url = reverse("admin:catalogue_shippingrate_changelist")
        data = {"action": "delete_selected", "_selected_action": [rate.pk]}
        assert "sent" not in client.post(url, data).context
    asked = client.post(url, data | {"post": "yes"})
    assert ("post", "yes") in asked.context["sent"]
    assert ShippingRate.objects.filter(pk=rate.pk).exists()
    client.post(url, data | {"post": "yes", "operator_reason": WHY})
    assert not ShippingRate.objects.filter(pk=rate.pk).exists()
    assert [(shop, kind) for shop, kind, *_rest in log()] == [("Plage", "deleted")]


def test_what_staff_adds_for_a_shop_needs_a_reason_and_its_own_does_not(browser, world):
    client, url = browser(world.staff), reverse("admin:checkout_offer_add")
    data = {"name": "Week", "kind": "percentage", "per_cent": "10", "most": "20"}
    refused = client.post(url, data | {"merchant": world.plage.merchant.pk})
    assert errors(refused) == NEEDED
    assert client.post(url, data | {"merchant": ""}).status_code == 302
    assert (Offer.objects.get(name="Week").merchant, log()) == (None, [])
    sent = data | {"merchant": world.plage.merchant.pk, "name": "Day", "operator_reason": WHY}
    assert client.post(url, sent).status_code == 302
    assert [(shop, kind) for shop, kind, *_rest in log()] == [("Plage", "added")]


def test_what_is_nobodys_asks_no_reason(browser, world):
    client, url = browser(world.staff), reverse("admin:catalogue_category_add")
    assert "operator_reason" not in client.get(url).content.decode()
    assert client.post(url, {"name": "Hats", "slug": "hats"}).status_code == 302
    assert log() == []


def test_members_are_asked_nothing_and_not_written_down_as_the_operator(browser, world):
    client, url = browser(world.plage.owner), change("catalogue_product", world.plage.product)
    page = client.get(url)
    assert "operator_reason" not in page.content.decode()
    assert client.post(url, opened(client, url) | {"title": "Sandals"}).status_code == 302
    archived = {"action": "archive", "_selected_action": [world.plage.product.pk]}
    client.post(reverse("admin:catalogue_product_changelist"), archived)
    assert Product.objects.get(pk=world.plage.product.pk).status == "archived"
    assert log() == []


def test_owners_read_what_was_done_and_nobody_elses(browser, world):
    client, url = browser(world.staff), change("catalogue_product", world.plage.product)
    client.post(url, opened(client, url) | {"title": "Sandals"})
    pages = {
        shop.merchant.name: browser(shop.owner)
        .get(reverse("admin:catalogue_merchant_members", args=[shop.merchant.pk]))
        .content.decode()
        for shop in (world.plage, world.rayon)
    }
    for shown in ("The operator", "Plage flip-flops → Sandals", WHY):
        assert shown in pages["Plage"]
        assert shown not in pages["Rayon"]
