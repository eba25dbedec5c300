"""Two people make a shop's first test key at once: there is one test space."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from catalogue import test_spaces
from catalogue.models import Merchant
from stack.waiting import wait_until
from tests.races.crowd import waiting
from tests.shops import open_shop


def twin_of(merchant_id: int) -> int:
    try:
        return test_spaces.twin_of(Merchant.objects.get(pk=merchant_id)).pk
    finally:
        connection.close()


def test_two_who_ask_at_once_get_the_same_test_space(transactional_db: None) -> None:
    shop = open_shop("plage")
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            # Both arrive while the shop is locked, so both have looked before either can write.
            Merchant.objects.select_for_update().get(pk=shop.pk)
            asked = [pool.submit(twin_of, shop.pk) for _each in range(2)]
            wait_until(lambda: waiting() == 2, seconds=30, otherwise="nobody waits for the lock")
        first, second = (each.result() for each in asked)
    assert first == second == Merchant.objects.get(test_of=shop).pk
