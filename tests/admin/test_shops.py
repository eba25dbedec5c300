"""Staff opens and suspends shops, with a reason that stays; rates are written by their verbs."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalogue import merchants
from catalogue.models import Merchant, MerchantEvent, ShippingRate, TaxRate
from tests.admin.filled import errors, opened, said

SUSPEND = "active-suspended"


@pytest.fixture
def url(world):
    return reverse("admin:catalogue_merchant_change", args=[world.plage.merchant.pk])


def status(world):
    return Merchant.objects.get(pk=world.plage.merchant.pk).status


def test_staff_suspends_a_shop_and_the_history_says_why(browser, world, url):
    client = browser(world.staff)
    data = opened(client, url) | {"step": SUSPEND, "reason": "Sold fakes", "name": "La Plage"}
    page = client.post(url, data | {"_continue": ""}, follow=True)
    assert page.status_code == 200
    assert (status(world), Merchant.objects.get(pk=world.plage.merchant.pk).name) == (
        "suspended",
        "La Plage",
    )
    event = MerchantEvent.objects.get()
    assert (event.before, event.after, event.reason, event.actor) == (
        "active",
        "suspended",
        "Sold fakes",
        world.staff,
    )
    assert "Sold fakes" in page.content.decode()
    assert browser(world.plage.owner).get("/admin/").status_code == 302


def test_a_suspension_without_a_reason_asks_for_one_and_keeps_what_was_typed(browser, world, url):
    client = browser(world.staff)
    response = client.post(url, opened(client, url) | {"step": SUSPEND, "name": "La Plage"})
    assert errors(response) == {"reason": ["Say why: the shop's owner will ask."]}
    assert response.context["adminform"].form["name"].value() == "La Plage"
    assert status(world) == "active"
    assert not MerchantEvent.objects.exists()


def test_only_the_next_steps_are_offered(browser, world, url):
    client = browser(world.staff)
    form = client.get(url).context["adminform"].form
    assert [value for value, _label in form.fields["step"].choices] == ["", SUSPEND]
    response = client.post(url, opened(client, url) | {"step": "active-pending", "reason": "Again"})
    assert "step" in errors(response)
    assert status(world) == "active"


def test_a_page_opened_before_a_suspension_does_not_undo_it(browser, world, url):
    client = browser(world.staff)
    Merchant.objects.filter(pk=world.plage.merchant.pk).update(status="pending")
    data = opened(client, url)
    merchants.suspend(world.plage.merchant, actor=None, reason="Sold fakes")
    assert client.post(url, data | {"name": "La Plage"}).status_code == 302
    response = client.post(url, data | {"step": "pending-active"})
    assert "step" in errors(response)
    assert status(world) == "suspended"


def test_members_neither_read_the_history_nor_write_it(browser, world, url):
    MerchantEvent.objects.create(
        merchant=world.plage.merchant, before="suspended", after="active", reason="Fakes were real"
    )
    client = browser(world.plage.owner)
    assert "Fakes were real" not in client.get(url).content.decode()
    data = opened(client, url) | {"step": SUSPEND, "reason": "Holidays", "status": "suspended"}
    assert client.post(url, data).status_code == 302
    assert status(world) == "active"
    assert MerchantEvent.objects.count() == 1


def test_staff_adds_changes_and_removes_a_tax_rate(browser, world):
    client = browser(world.staff)
    add = reverse("admin:catalogue_taxrate_add")
    data = {"country": "DE", "basis_points": "1900", "inclusive": "on", "category": ""}
    assert client.post(add, data).status_code == 302
    rate = TaxRate.objects.get(country="DE")
    assert rate.basis_points == 1900
    assert "__all__" in errors(client.post(add, data))
    change = reverse("admin:catalogue_taxrate_change", args=[rate.pk])
    client.post(change, data | {"basis_points": "700"})
    rate.refresh_from_db()
    assert rate.basis_points == 700
    client.post(reverse("admin:catalogue_taxrate_delete", args=[rate.pk]), {"post": "yes"})
    assert not TaxRate.objects.filter(country="DE").exists()


def test_an_editor_removes_rates_from_the_list(browser, world):
    rate = world.plage.rate
    client = browser(world.plage.members["editor"])
    page = client.post(
        reverse("admin:catalogue_shippingrate_changelist"),
        {"action": "delete_selected", "_selected_action": [rate.pk], "post": "yes"},
        follow=True,
    )
    assert len(said(page)) == 1
    assert list(ShippingRate.objects.values_list("merchant", flat=True)) == [
        world.rayon.merchant.pk
    ]
