"""An order's page in the admin: refunds and history in words, and no table without rows."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.urls import reverse

from checkout import history, ledger, refundable, refunds
from checkout.models import Dispute, Order, OrderDiscount, Refund
from checkout.refund_previews import Asked, preview
from tests.shops import Cast


@pytest.fixture
def paid(world: Cast) -> Order:
    """Maï's order of a pair of each shop, with its money in the books."""
    Refund.objects.all().delete()
    Dispute.objects.all().delete()
    with transaction.atomic():
        ledger.post_capture(world.order, world.order.payments.get())
    return world.order


def shown(client, order: Order) -> str:
    url = reverse("admin:checkout_order_change", args=[order.pk])
    return " ".join(client.get(url).content.decode().split())


def test_a_shop_reads_its_own_refunds_with_reason_and_state(browser, world, paid) -> None:
    asked = Asked(goodwill={world.plage.merchant.pk: 500, world.rayon.merchant.pk: 300})
    found = preview(refundable.read(paid), asked)
    refunds.request(
        paid.payments.get().pk, amount=found.amount, reason="came too late", parts=asked
    )
    assert "€5.00, came too late, requested" in shown(browser(world.plage.owner), paid)
    assert "€3.00, came too late, requested" in shown(browser(world.rayon.owner), paid)
    assert "€8.00, came too late, requested" in shown(browser(world.staff), paid)
    Refund.objects.update(reason="shopper")
    assert "€5.00, cancelled by the shopper" in shown(browser(world.plage.owner), paid)


def test_the_history_is_told_in_words(browser, world, paid) -> None:
    history.note(paid, "order.dispute_needs_response", {})
    page = shown(browser(world.plage.owner), paid)
    assert "The bank has taken the payment back" in page
    assert "order.dispute_needs_response" not in page
    assert "order.paid" not in page


def test_there_is_no_table_of_discounts_where_there_are_none(browser, world, paid) -> None:
    def tables() -> list[bool]:
        people = (world.plage.owner, world.rayon.owner, world.staff)
        return ["given by" in shown(browser(each), paid).lower() for each in people]

    assert tables() == [False, False, False]
    OrderDiscount.objects.create(
        order=paid,
        merchant=world.plage.merchant,
        offer=world.plage.offer,
        label="Sale",
        amount=100,
    )
    assert tables() == [True, False, True]


def test_the_refund_page_stands_below_its_order(browser, world, paid) -> None:
    url = reverse("admin:checkout_order_refund", args=[paid.pk])
    page = " ".join(browser(world.plage.owner).get(url).content.decode().split())
    order = reverse("admin:checkout_order_change", args=[paid.pk])
    assert re.search(rf'<a href="{order}"[^>]*> {paid.reference} </a', page)


def test_a_shop_reads_country_and_fee_as_people_write_them(browser, world) -> None:
    url = reverse("admin:catalogue_merchant_change", args=[world.plage.merchant.pk])
    page = browser(world.plage.owner).get(url).content.decode()
    assert "France" in page
    assert "5%" in page
    assert "basis points" not in page
    listed = browser(world.plage.owner).get(reverse("admin:catalogue_merchant_changelist"))
    assert "France" in listed.content.decode()


@pytest.mark.parametrize(
    ("model", "title"), [("catalogue_merchant", "Shops"), ("fulfilment_fulfilmentorder", "To send")]
)
def test_a_page_is_called_as_the_sidebar_calls_it(browser, world, model, title) -> None:
    page = browser(world.plage.owner).get(reverse(f"admin:{model}_changelist"))
    found = page.context["cl"].opts.verbose_name_plural
    assert str(found).capitalize() == title


def test_a_disputes_page_says_what_to_do(browser, world, paid, settings) -> None:
    settings.OPERATOR_EMAIL = "help@etal.example"
    dispute = Dispute.objects.create(
        payment=paid.payments.get(),
        stripe_id="du_9",
        status="needs_response",
        amount=paid.total,
        due_by="2025-06-20T12:00:00Z",
    )
    url = reverse("admin:checkout_dispute_change", args=[dispute.pk])
    page = browser(world.plage.owner).get(url).content.decode()
    assert "Send what shows that the goods arrived" in page
    assert "Send it to help@etal.example." in page
    assert "The bank wants an answer by 20 June 2025." in page
    assert "with the bank’s fee" in page
    Dispute.objects.update(status="won")
    page = browser(world.plage.owner).get(url).content.decode()
    assert "Send it to" not in page


def test_an_empty_list_of_disputes_says_where_they_come_from(browser, world, paid) -> None:
    page = browser(world.plage.owner).get(reverse("admin:checkout_dispute_changelist"))
    assert "Disputes come from Stripe by themselves" in page.content.decode()
