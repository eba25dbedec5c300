"""An order of several shops: each reads its own part of it, once it is paid."""

from __future__ import annotations

from django.urls import reverse

from catalogue.models import Membership
from checkout.models import Order
from tests.admin.foreign import another


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
