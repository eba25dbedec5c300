"""Two of the operator's staff suspend the same shop at once: it is suspended once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from catalogue import merchants
from catalogue.models import Merchant, MerchantEvent
from stack.waiting import wait_until
from tests.races.crowd import waiting
from tests.shops import open_shop


def suspend(merchant_id: int, reason: str) -> str:
    try:
        shop = Merchant.objects.get(pk=merchant_id)
        return merchants.suspend(shop, actor=None, reason=reason).status
    finally:
        connection.close()


def test_two_suspensions_at_once_leave_one_row(transactional_db: None) -> None:
    shop = open_shop("plage")
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            # Both arrive while the shop is locked, so both have looked before either can write.
            Merchant.objects.select_for_update().get(pk=shop.pk)
            pressed = [pool.submit(suspend, shop.pk, reason) for reason in ("fakes", "fraud")]
            wait_until(lambda: waiting() == 2, seconds=30, otherwise="nobody waits for the lock")
        assert [each.result() for each in pressed] == ["suspended", "suspended"]
    assert MerchantEvent.objects.count() == 1
