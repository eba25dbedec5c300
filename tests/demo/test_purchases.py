"""The demo's shopper has bought before, through the verbs that everybody buys with."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from checkout.models import Order, Payment
from demo import payouts
from tests.buying import Sandbox, sandbox, sandbox_process

__all__ = ["sandbox", "sandbox_process"]


@pytest.mark.django_db(transaction=True)
def test_she_buys_her_first_pair_once(settings, tmp_path, sandbox: Sandbox) -> None:
    settings.DEBUG = True
    settings.MEDIA_ROOT = tmp_path
    for line in payouts.accounts().splitlines():
        account, country, state = line.split()
        sandbox.account(account, state, country=country)
    first, second = StringIO(), StringIO()
    call_command("demo", stdout=first)
    call_command("demo", stdout=second)
    order = Order.objects.get()
    line = order.lines.get()
    assert (line.title, line.option_values) == ("Corniche flip-flops", ["Coral", "42"])
    assert (order.status, order.total) == (Order.Status.PAID, 3790)
    assert Payment.objects.get().captured == 3790
    assert "Maï Lefort has bought Corniche flip-flops before: Coral, 42." in first.getvalue()
    assert "has bought" not in second.getvalue()
