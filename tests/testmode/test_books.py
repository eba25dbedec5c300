"""Test money is in no sum: neither in what is compared with Stripe, nor paid out, nor in any figure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from checkout import months, reconciliation, refunds, transfers, unsettled
from checkout.models import ReconciliationFinding, ReconciliationRun, Transfer
from desk import days
from fulfilment import dashboard, fulfilment_orders, late
from fulfilment.models import FulfilmentOrder
from shopping import rows
from shopping.money import Money
from tests.buying import Sandbox
from tests.second_factors import sign_in
from tests.shops import person
from tests.testmode.conftest import TestBasket
from tests.testmode.test_paying import paid

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_books_agree_with_stripe_whatever_is_tried(
    trial: TestBasket, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "GRACE", timedelta(0))
    payment = paid(trial.place())
    refund = refunds.request(payment.pk, amount=Money(500, "EUR"), reason="try")
    refunds.send(refund.pk)

    reconciliation.run()

    assert list(ReconciliationFinding.objects.all()) == []
    [run] = ReconciliationRun.objects.all()
    assert {term for terms in run.balances.values() for term in terms.values()} <= {0}


def test_nothing_is_owed_to_a_test_space(trial: TestBasket, sandbox: Sandbox) -> None:
    payment = paid(trial.place())

    assert unsettled.orders(turn=0) == []
    transfers.settle_up(payment.order)
    assert not Transfer.objects.exists()


def test_it_has_no_days_and_no_months(trial: TestBasket, sandbox: Sandbox) -> None:
    paid(trial.place())
    soon = timezone.now() + timedelta(days=70)

    assert rows.run_named(days.BEHIND, {"over": soon}) == []
    assert rows.run(months.OPEN, [soon]) == []


def test_what_was_tried_today_is_in_no_sum_of_the_operators(
    trial: TestBasket, sandbox: Sandbox, client: Client
) -> None:
    order = trial.place()
    paid(order)
    fulfilment_orders.open_for(order.pk)

    assert dashboard.paid_today(Q(merchant__test_of=None)) == []
    sign_in(client, person("staff", is_staff=True))
    page = client.get("/admin/")
    assert page.context["to_send_count"] == "0"
    assert page.context["paid_today"] == []


def test_nobody_is_late_there(trial: TestBasket, sandbox: Sandbox) -> None:
    order = trial.place()
    paid(order)
    fulfilment_orders.open_for(order.pk)
    FulfilmentOrder.objects.update(leaves_by=timezone.now() - timedelta(days=30))

    assert late.unreminded(timezone.now()) == []
    assert late.tell_operator(timezone.now()) == 0
