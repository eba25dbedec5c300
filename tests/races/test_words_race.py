"""Two workers learn the words of searches at once: one after the other, and each word once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from feeds.models import SearchWord
from feeds.search import spelling
from stack.waiting import wait_until
from tests.market import product
from tests.races.crowd import waiting
from tests.shops import open_shop


def learn() -> None:
    try:
        spelling.learn()
    finally:
        connection.close()


def test_two_who_learn_at_once_learn_one_after_the_other(transactional_db: None) -> None:
    product(open_shop("plage"), "Lampe rayée", price=100)
    spelling.learn()
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            # Both arrive while a word is held, so both begin before either can write.
            SearchWord.objects.select_for_update().get(word="lampe")
            started = [pool.submit(learn) for _each in range(2)]
            wait_until(lambda: waiting() == 2, seconds=30, otherwise="nobody waits for the lock")
        for each in started:
            each.result()
    assert set(SearchWord.objects.values_list("word", flat=True)) == {"lampe", "rayée", "plage"}
