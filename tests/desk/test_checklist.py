"""What a shop still needs, step by step."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue import products, roles
from catalogue.models import Membership, Merchant, Product, ShippingRate
from catalogue.products import NewVariant
from desk import checklist
from feeds.models import Post, ProductCard
from tests.shops import open_shop, person


@pytest.fixture
def shop(db) -> Merchant:
    merchant = open_shop("etable")
    Merchant.objects.filter(pk=merchant.pk).update(status="pending", payable=False)
    merchant.refresh_from_db()
    return merchant


def missing(shop: Merchant) -> list[str]:
    shop.refresh_from_db()
    return [step.title for step in checklist.of(shop).steps if not step.done]


def test_each_step_is_done_when_what_it_asks_for_is_there(shop):
    left = missing(shop)
    assert len(left) == 7

    def done(title: str) -> None:
        left.remove(title)
        assert missing(shop) == left

    Merchant.objects.filter(pk=shop.pk).update(terms="Returns within 30 days.")
    done("Say how you sell")
    Merchant.objects.filter(pk=shop.pk).update(legal_name="Étable SARL", address="1 rue, Rennes")
    done("Name your company")
    ShippingRate.objects.create(merchant=shop, name="Home", countries=["FR"], price=390)
    done("Say where you deliver")
    Merchant.objects.filter(pk=shop.pk).update(payable=True)
    done("Connect payouts")
    cheese = products.create(
        shop, title="Cheese", variants=[NewVariant(price=900, on_hand=3)], actor=None
    )
    assert missing(shop) == left
    Product.objects.filter(pk=cheese.pk).update(status="active")
    done("List a product")
    Merchant.objects.filter(pk=shop.pk).update(status="active")
    done("We look at your shop")
    post = Post.objects.create(author=shop.account, body="Cheese!", created_at=timezone.now())
    assert missing(shop) == left
    ProductCard.objects.create(post=post, product=cheese)
    done("Publish a post with it")
    assert checklist.of(shop).is_complete


def test_what_others_posted_or_what_was_deleted_is_not_the_shops_post(shop):
    cheese = products.create(
        shop, title="Cheese", variants=[NewVariant(price=900, on_hand=3)], actor=None
    )
    for author, gone in ((person("fan"), None), (shop.account, timezone.now())):
        post = Post.objects.create(
            author=author, body="Cheese!", created_at=timezone.now(), deleted_at=gone
        )
        ProductCard.objects.create(post=post, product=cheese)
    assert "Publish a post with it" in missing(shop)


def test_members_see_the_lists_of_their_own_shops_until_they_are_complete(shop):
    nour = person("nour")
    open_shop("other")
    Membership.objects.create(user=nour, merchant=shop, role="read_only")
    [found] = checklist.unfinished(roles.access_of(nour))
    assert found.shop == shop
    staff = person("staff", is_staff=True)
    assert checklist.unfinished(roles.access_of(staff)) == []


@pytest.mark.parametrize(
    ("role", "linked"),
    [
        ("read_only", []),
        ("editor", ["Say where you deliver", "List a product", "Publish a post with it"]),
    ],
)
def test_a_step_has_a_link_for_whoever_may_do_it(shop, role, linked):
    nour = person("nour")
    Membership.objects.create(user=nour, merchant=shop, role=role)
    [found] = checklist.unfinished(roles.access_of(nour))
    assert [step.title for step in found.steps if step.link] == linked


def test_a_list_costs_one_statement(shop):
    with CaptureQueriesContext(connection) as asked:
        checklist.of(shop)
    assert len(asked) == 1
