"""Transfers in the admin: a shop reads what it was sent, what comes back, and why something waits."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from checkout.models import Transfer, TransferReversal


@pytest.fixture
def waiting(world) -> Transfer:
    return Transfer.objects.create(
        order=world.order,
        payment=world.order.payments.get(),
        merchant=world.plage.merchant,
        amount=1234,
        currency="EUR",
        failure="no_account",
        next_attempt_at=timezone.now(),
    )


def test_a_shop_reads_why_a_transfer_waits(browser, world, waiting):
    client = browser(world.plage.owner)
    for url in (
        reverse("admin:checkout_transfer_changelist"),
        reverse("admin:checkout_transfer_change", args=[waiting.pk]),
        reverse("admin:checkout_order_change", args=[world.order.pk]),
    ):
        page = client.get(url).content.decode()
        assert "€12.34" in page
        assert "The shop’s Stripe account needs something first" in page
        assert "Rayon" not in page


def test_a_shop_reads_why_a_reversal_waits(browser, world):
    reversal = TransferReversal.objects.get(transfer__merchant=world.plage.merchant)
    TransferReversal.objects.filter(pk=reversal.pk).update(failure="balance_insufficient")
    client = browser(world.plage.owner)
    for url in (
        reverse("admin:checkout_transferreversal_changelist"),
        reverse("admin:checkout_transferreversal_change", args=[reversal.pk]),
        reverse("admin:checkout_transfer_change", args=[reversal.transfer_id]),
    ):
        page = client.get(url).content.decode()
        assert "€1.00" in page
        assert "There is not enough in the Stripe balance of the shop yet." in page


def test_the_order_shows_each_shop_its_own_transfer(browser, world, waiting):
    url = reverse("admin:checkout_order_change", args=[world.order.pk])
    Transfer.objects.filter(merchant=world.rayon.merchant).update(amount=7777)
    assert "€77.77" not in browser(world.plage.owner).get(url).content.decode()
    rayons = browser(world.rayon.owner).get(url).content.decode()
    assert "€77.77" in rayons
    assert "€12.34" not in rayons


def test_nobody_changes_a_transfer(browser, world, waiting):
    url = reverse("admin:checkout_transfer_change", args=[waiting.pk])
    for person in (world.plage.owner, world.staff):
        assert browser(person).post(url, {"amount": "1"}).status_code == 403
    waiting.refresh_from_db()
    assert waiting.amount == 1234
