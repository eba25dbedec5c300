"""Two workers learn the words of searches at once, and two people change what a product is found by."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from catalogue.models import Category, Product
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


def write(statement: str, key: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, [key])
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("first", "then"),
    [("merchant", "title"), ("category", "title"), ("merchant", "category")],
)
def test_who_change_a_product_and_its_shop_or_category_at_once_lose_no_words(
    transactional_db: None, first: str, then: str
) -> None:
    shop = open_shop("plage")
    shelf = Category.objects.create(name="Lamps", slug="lamps")
    lamp = product(shop, "Lampe", price=100)
    Product.objects.filter(pk=lamp.pk).update(category=shelf)
    changes = {
        "title": ("UPDATE catalogue_product SET title = 'Ququt' WHERE id = %s", lamp.pk),
        "merchant": ("UPDATE catalogue_merchant SET name = 'Ququm' WHERE id = %s", shop.pk),
        "category": ("UPDATE catalogue_category SET name = 'Ququc' WHERE id = %s", shelf.pk),
    }
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(changes[first][0], [changes[first][1]])
            started = pool.submit(write, *changes[then])
            wait_until(lambda: waiting() == 1, seconds=30, otherwise="nobody waits for the lock")
        started.result()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT words::text FROM catalogue_productwords WHERE product_id = %s", [lamp.pk]
        )
        (words,) = cursor.fetchone()
    assert f"'ququ{first[0]}'" in words
    assert f"'ququ{then[0]}'" in words
