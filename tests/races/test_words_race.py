"""Two workers learn the words of searches at once, and two people change what a product is found by."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from catalogue import words
from catalogue.models import Category, Merchant, Product, Renaming
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
    learnt = SearchWord.objects.filter(uses__gt=0)
    assert set(learnt.values_list("word", flat=True)) == {"lampe", "rayée", "plage"}


def run(work: Callable[[], object]) -> None:
    try:
        work()
    finally:
        connection.close()


def words_of(made: Product) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT words::text FROM catalogue_productwords WHERE product_id = %s", [made.pk]
        )
        (text,) = cursor.fetchone()
    return str(text)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("merchant", "title"),
        ("category", "title"),
        ("merchant", "insert"),
        ("category", "insert"),
        ("title", "merchant"),
        ("title", "category"),
        ("insert", "merchant"),
        ("insert", "category"),
    ],
)
def test_who_change_a_product_and_its_shop_or_category_at_once_lose_no_words(
    transactional_db: None, first: str, then: str
) -> None:
    shop = open_shop("plage")
    shelf = Category.objects.create(name="Lamps", slug="lamps")
    lamp = product(shop, "Lampe", price=100)
    Product.objects.filter(pk=lamp.pk).update(category=shelf)

    def insert() -> None:
        Product.objects.create(
            merchant=shop, category=shelf, title="Ququi", slug="q", currency="EUR", status="active"
        )

    changes: dict[str, Callable[[], object]] = {
        "title": lambda: Product.objects.filter(pk=lamp.pk).update(title="Ququt"),
        "merchant": lambda: Merchant.objects.filter(pk=shop.pk).update(name="Ququm"),
        "category": lambda: Category.objects.filter(pk=shelf.pk).update(name="Ququc"),
        "insert": insert,
    }
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            changes[first]()
            started = pool.submit(run, changes[then])
            wait_until(lambda: waiting() == 1, seconds=30, otherwise="nobody waits for the lock")
        started.result()
    while words.recut():
        pass
    made = Product.objects.latest("pk")
    for change in (first, then):
        assert f"'ququ{change[0]}'" in words_of(made)


def test_words_are_not_made_of_a_title_that_is_being_changed(transactional_db: None) -> None:
    shop = open_shop("plage")
    lamp = product(shop, "Lampe", price=100)
    Merchant.objects.filter(pk=shop.pk).update(name="Ququm")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Product.objects.filter(pk=lamp.pk).update(title="Ququt")
            started = pool.submit(run, lambda: words.recut())
            wait_until(lambda: waiting() == 1, seconds=30, otherwise="nobody waits for the lock")
        started.result()
    assert "'ququm'" in words_of(lamp)
    assert "'ququt'" in words_of(lamp)


def test_two_who_cut_words_anew_take_a_renaming_each(transactional_db: None) -> None:
    for handle in ("plage", "dune"):
        Merchant.objects.filter(pk=open_shop(handle).pk).update(name=f"Ququ {handle}")
    first, _second = Renaming.objects.order_by("pk")
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Renaming.objects.select_for_update().get(pk=first.pk)
        pool.submit(run, lambda: words.recut()).result(timeout=30)
        assert list(Renaming.objects.all()) == [first]
