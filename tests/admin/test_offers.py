"""Shops keep their own offers, staff those of all shops; what makes no sense is said beside its field."""

from __future__ import annotations

import pytest
from django.urls import reverse

from checkout.models import Offer, OrderDiscount
from tests.admin.filled import errors, opened

ADD = "/admin/checkout/offer/add/"


def test_an_owner_makes_an_offer_of_their_own_shop(browser, world):
    client = browser(world.plage.owner)
    data = opened(client, ADD)
    assert data["merchant"] == world.plage.merchant.pk
    data |= {"name": "Spring", "code": "spring 10", "kind": "percentage", "per_cent": "12.5"}
    data |= {"minimum": "50", "total_limit": "100", "person_limit": "1", "currency": "GBP"}
    assert client.post(ADD, data).status_code == 302
    made = Offer.objects.get(code="SPRING10")
    assert (made.merchant, made.basis_points, made.minimum) == (world.plage.merchant, 1250, 5000)
    assert (made.currency, made.total_limit, made.person_limit) == ("EUR", 100, 1)
    assert (made.active, made.used) == (True, 0)


def test_only_staff_makes_an_offer_for_all_shops(browser, world):
    data = {"name": "All", "kind": "free_delivery", "active": "on", "minimum": "", "most": "9.90"}
    refused = browser(world.plage.owner).post(ADD, data)
    assert "merchant" in errors(refused)
    assert browser(world.staff).post(ADD, data).status_code == 302
    made = Offer.objects.get(name="All")
    assert (made.merchant, made.currency, made.minimum, made.most) == (None, "", 0, 990)
    page = browser(world.plage.owner).get("/admin/checkout/offer/")
    assert made not in page.context["cl"].result_list


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"per_cent": ""}, "A percentage has a rate (0.01 to 100 per cent)"),
        ({"kind": "amount", "per_cent": "", "amount": ""}, "an amount has an amount"),
        ({"code": "é!"}, "A code is 3 to 40 capital letters"),
        ({"code": "TAKEN"}, "This code is taken: choose another one."),
        ({"minimum": "1.234"}, "Write an amount in EUR"),
        ({"total_limit": "0"}, "A limit is at least 1"),
        (
            {
                "starts_at_0": "2025-02-01",
                "starts_at_1": "00:00",
                "ends_at_0": "2025-01-01",
                "ends_at_1": "00:00",
            },
            "An offer ends after it starts.",
        ),
    ],
)
def test_what_makes_no_sense_is_said_and_what_was_typed_stays(browser, world, changes, said):
    Offer.objects.create(name="x", code="TAKEN", kind="free_delivery", most=1)
    client = browser(world.plage.owner)
    data = opened(client, ADD) | {"name": "Spring", "kind": "percentage", "per_cent": "10"}
    before = Offer.objects.count()
    response = client.post(ADD, data | changes)
    assert response.status_code == 200
    assert said in " ".join(word for each in errors(response).values() for word in each)
    assert response.context["adminform"].form["name"].value() == "Spring"
    assert Offer.objects.count() == before


def test_an_offer_is_changed_and_switched_off_but_never_deleted(browser, world):
    client = browser(world.plage.members["editor"])
    url = reverse("admin:checkout_offer_change", args=[world.plage.offer.pk])
    data = opened(client, url)
    assert data["per_cent"] == "10"
    del data["active"]
    assert client.post(url, data | {"merchant": world.rayon.merchant.pk}).status_code == 302
    made = Offer.objects.get(pk=world.plage.offer.pk)
    assert (made.active, made.basis_points, made.merchant) == (False, 1000, world.plage.merchant)
    gone = reverse("admin:checkout_offer_delete", args=[made.pk])
    assert browser(world.staff).post(gone, {"post": "yes"}).status_code == 403


def test_a_shop_reads_what_was_taken_off_its_own_part(browser, world):
    order = world.order
    for shop, amount in ((world.plage, 349), (world.rayon, 111)):
        OrderDiscount.objects.create(
            order=order, offer=shop.offer, merchant=shop.merchant, label="Sale", amount=amount
        )
        order.lines.filter(merchant=shop.merchant).update(discount=amount)
    page = browser(world.plage.owner).get(f"/admin/checkout/order/{order.pk}/change/")
    shown = page.content.decode()
    assert "-€3.49" in shown
    assert "-€1.11" not in shown
    # 34.90 and 3.90 for the parcel, less 3.49.
    assert "€35.31" in shown


@pytest.mark.parametrize(
    "kind", [{"kind": "percentage", "per_cent": "10"}, {"kind": "free_delivery"}]
)
def test_an_offer_for_all_shops_says_what_it_takes_at_most(browser, world, kind):
    client = browser(world.staff)
    data = {"name": "All", "active": "on", **kind}
    refused = client.post(ADD, data)
    assert errors(refused) == {
        "most": ["Say what an offer for all shops takes off one order at most: you pay for it."]
    }
    assert refused.context["adminform"].form["name"].value() == "All"
    assert client.post(ADD, data | {"most": "20"}).status_code == 302
    made = Offer.objects.get(name="All")
    assert made.most == 2000
    url = reverse("admin:checkout_offer_change", args=[made.pk])
    shown = opened(client, url)
    assert shown["most"] == "20.00"
    assert list(errors(client.post(url, shown | {"most": ""}))) == ["most"]
