"""`manage.py demo`: what it brings, that it repeats nothing, and where it refuses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import Address, User
from catalogue import prices, stock
from catalogue.models import (
    Drop,
    Merchant,
    Product,
    ProductImage,
    ShippingRate,
    StockMovement,
    TaxRate,
    Variant,
)
from checkout import gateway
from checkout.models import Customer, Offer, SavedCard
from demo import files, payouts, people
from feeds import follows, posts
from feeds.models import Follow, Like, Post, ProductCard
from shopping.money import Money

ART = sorted(files.ART.glob("*.svg"))
COUNTED = (User, Merchant, Product, Variant, StockMovement, ProductImage, Post, Like, Follow)


@pytest.fixture(scope="module")
def first_load(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """What the first run printed. It is loaded once, in a transaction around this file's tests;
    in DEBUG, with files of its own and a Stripe that knows the shops and no shopper."""

    def silent(**_words: str) -> str:
        raise gateway.Unknown("nobody there")

    def complete(account_id: str) -> gateway.Account:
        return gateway.Account(
            account_id,
            payouts_enabled=True,
            transfers="active",
            currently_due=(),
            disabled_reason="",
        )

    files_of_its_own = override_settings(DEBUG=True, MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with ExitStack() as stack:
        stack.enter_context(files_of_its_own)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(gateway, "create_customer", silent)
        patch.setattr(gateway, "retrieve_account", complete)
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(transaction.atomic())
        printed = StringIO()
        call_command("demo", stdout=printed)
        yield printed.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def loaded(first_load: str, db: None) -> str:
    return first_load


def counts() -> list[int]:
    return [model.objects.count() for model in COUNTED]


def test_the_announced_products_are_there_with_their_sizes_and_prices(loaded: str) -> None:
    corniche = Product.objects.get(external_id="corniche")
    assert corniche.option_names == ["Colour", "Size"]
    coral = corniche.variants.filter(option_values__0="Coral")
    assert [each.option_values[1] for each in coral] == ["39", "40", "41", "42", "43", "44"]
    assert {each.price_money for each in coral} == {Money(3400, "EUR")}
    sold_out = [each.option_values[1] for each in coral if not each.stock.available]
    assert sold_out == ["40"]
    bookcase = Product.objects.get(external_id="rayon-bookcase")
    assert [each.price for each in bookcase.variants.all()] == [24900, 31900, 29900, 37900]
    assert Product.objects.get(external_id="thermostat").variants.get().stock.available == 6
    assert Product.objects.filter(external_id="relais").exists()


def test_delivery_and_tax_are_those_of_the_mock_ups(loaded: str) -> None:
    rate = ShippingRate.objects.filter(
        merchant__account__handle="plagefils", countries__contains=["FR"]
    )[0]
    assert (rate.name, rate.price) == ("Livraison à domicile", 390)
    tax = TaxRate.objects.get(country="FR", category=None)
    assert tax.inclusive
    total = Money(3400 + 390, "EUR")
    assert (total.amount, total.tax_included(tax.basis_points).amount) == (3790, 632)


def test_shops_sell_in_three_currencies_and_each_has_a_member(loaded: str) -> None:

    currencies = Counter(Merchant.objects.values_list("currency", flat=True))
    assert currencies == {"EUR": 6, "USD": 1, "GBP": 1}
    assert set(Product.objects.values_list("currency", "merchant__currency")) == {
        ("EUR", "EUR"),
        ("USD", "USD"),
        ("GBP", "GBP"),
    }
    assert all(
        shop.memberships.filter(role="owner").count() == 1 for shop in Merchant.objects.all()
    )


def test_every_product_has_a_drawing_and_every_file_is_its_own(loaded: str) -> None:
    pictured = ProductImage.objects.exclude(file="").values_list("product", flat=True).distinct()
    assert set(pictured) == set(Product.objects.values_list("pk", flat=True))
    for image in ProductImage.objects.exclude(file=""):
        assert default_storage.exists(str(image.file))
        assert image.alt
    drawings = [path.read_bytes() for path in ART]
    assert len(set(drawings)) == len(drawings)


@pytest.mark.parametrize("path", ART, ids=lambda path: path.stem)
def test_a_drawing_asks_nobody_for_anything_and_does_nothing(path: Path) -> None:
    drawing = path.read_text().replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"<script|<style|<image|<foreignObject|javascript:|@import", drawing)
    assert not re.search(r"\son\w+\s*=", drawing)
    assert not re.search(r"(?:https?:|data:|//)", drawing)
    assert all(target.startswith("#") for target in re.findall(r'href="([^"]*)"', drawing))


def test_people_talk_in_two_languages_mostly_about_products(loaded: str) -> None:
    said = Post.objects.filter(reply_to=None)
    languages = Counter(said.values_list("language", flat=True))
    assert languages == {"en": 31, "fr": 31}
    carded = ProductCard.objects.values("post").distinct().count()
    assert carded == 47
    assert said.aggregate(most=Count("author", distinct=True))["most"] == 20
    assert Post.objects.exclude(reply_to=None).count() == 52
    assert said.filter(hashtags__name="summer").count() == 1
    now = timezone.now()
    assert said.filter(created_at__gt=now).count() == 0
    assert said.earliest("created_at").created_at > now - timedelta(days=7)
    newest = said.latest("created_at")
    assert (newest.author.handle, newest.body[:12]) == ("plagefils", "The Corniche")


def test_counts_beside_posts_are_those_of_their_rows(loaded: str) -> None:
    kept = Post.objects.values_list("pk", "like_count", "reply_count")
    counted = Post.objects.annotate(
        liked=Count("likes", distinct=True), answered=Count("replies", distinct=True)
    ).values_list("pk", "liked", "answered")
    assert sorted(kept) == sorted(counted)


def test_the_drop_opens_on_a_thursday_evening_to_come(loaded: str) -> None:
    drop = Drop.objects.get(product__external_id="maree-haute")
    assert drop.opens_at > timezone.now() + timedelta(days=1)
    assert drop.opens_at < timezone.now() + timedelta(days=9)
    assert drop.opens_at.weekday() == 3


def test_the_second_time_changes_nothing(loaded: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = counts()
    call_command("demo")
    assert counts() == before
    assert "The demo data is there already." in capsys.readouterr().out


def test_what_people_did_since_stays(loaded: str) -> None:
    mai = User.objects.get(handle="mai")
    lou = User.objects.get(handle="lou")
    variant = Variant.objects.get(sku="CORNICHE-CORAL-42")
    imported = Variant.objects.get(product__external_id="grey-sofa")
    follows.unfollow(mai, followed=lou)
    posts.delete(Post.objects.filter(author=mai, reply_to=None)[0])
    prices.change_price(variant, price=Money(2900, "EUR"), actor=None)
    stock.adjust(imported, delta=-2, actor=None)
    Address.objects.filter(user=mai).update(city="Brest")
    before = counts()
    call_command("demo")
    assert counts() == before
    assert not Follow.objects.filter(follower=mai, followed=lou).exists()
    assert Post.objects.exclude(deleted_at=None).count() == 1
    variant.refresh_from_db()
    assert variant.price == 2900
    imported.stock.refresh_from_db()
    assert imported.stock.on_hand == 4
    assert Address.objects.get(user=mai).city == "Brest"


def test_everybody_on_the_list_signs_in(loaded: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    call_command("demo", "--signins")
    listed = re.findall(r"[\w.]+@[\w.]+", capsys.readouterr().out)
    assert len(listed) == 11
    assert {people.SHOPPER, people.STAFF, people.SECOND_STAFF} < set(listed)
    assert set(User.objects.filter(email__in=listed).values_list("email", flat=True)) == set(listed)
    # One of each kind; the hash is the same for all.
    assert User.objects.filter(email__in=listed).values("password").distinct().count() == 1
    assert Client().login(username=people.SHOPPER, password=people.PASSWORD)
    staff = User.objects.filter(is_staff=True).values_list("email", flat=True)
    assert set(staff) == {people.STAFF, people.SECOND_STAFF}


def test_the_shopper_has_an_address_and_waits_for_a_card(loaded: str) -> None:
    address = Address.objects.get(user__email=people.SHOPPER)
    assert address.is_default
    assert str(address) == "Maï Lefort, 14 rue des Lices, 35000 Rennes, FR"
    assert loaded.startswith(
        "Demo data loaded: 12 people, 8 shops, 48 products, 62 posts.\n"
        "Maï Lefort has no saved card yet: "
    )
    assert not Customer.objects.exists()


def test_the_card_is_saved_once_when_stripe_answers(
    loaded: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    attached: list[str] = []

    def attach(payment_method_id: str, *, customer_id: str) -> gateway.Card:
        attached.append(f"{payment_method_id} → {customer_id}")
        return gateway.Card("pm_1", "visa", "4242", 8, 2028)

    monkeypatch.setattr(gateway, "create_customer", lambda **_words: "cus_1")
    monkeypatch.setattr(gateway, "attach", attach)
    call_command("demo", "--card")
    call_command("demo", "--card")
    assert attached == ["pm_card_visa → cus_1"]
    card = SavedCard.objects.get(customer__user__email=people.SHOPPER)
    assert (card.last4, card.is_default) == ("4242", True)
    assert "has a saved card: visa ending 4242" in capsys.readouterr().out


@pytest.mark.parametrize("option", [[], ["--signins"], ["--card"]])
def test_production_is_refused_and_left_alone(
    db: None, settings: Settings, option: list[str]
) -> None:
    settings.DEBUG = False
    before = counts()
    with pytest.raises(CommandError, match="DEBUG=true alone"):
        call_command("demo", *option)
    assert counts() == before


def test_no_text_leaves_its_page() -> None:
    assert settings.BASE_DIR in files.DATA.parents
    for words in files.table("posts")["post"]:
        assert len(words["text"]) <= 500
        assert files.span(words["ago"]) > timedelta()


def test_there_is_an_offer_that_holds_by_itself_and_the_code_that_the_readme_tells(
    loaded: str,
) -> None:
    told = Offer.objects.get(code="MARKET10")
    assert (told.merchant, told.basis_points, told.person_limit) == (None, 1000, 1)
    assert "`MARKET10`" in (settings.BASE_DIR / "docs" / "tour.md").read_text()
    by_itself = Offer.objects.get(code=None)
    assert (by_itself.merchant.account.handle, by_itself.basis_points) == ("rayon", 500)


def test_shops_sell_since_stripe_knows_their_accounts(
    loaded: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shops = Merchant.objects.values_list("stripe_account_id", "sells")
    capsys.readouterr()
    call_command("demo", "--accounts")
    listed = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert sorted(shops) == sorted((account, True) for account, _country, _state in listed)
    assert ["acct_demo_harbourstreet", "US", "complete"] in listed


def test_shops_that_stripe_does_not_know_are_named_with_what_to_do(
    loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(account_id: str) -> gateway.Account:
        raise gateway.Refused("no such account")

    monkeypatch.setattr(gateway, "retrieve_account", unknown)
    Merchant.objects.update(stripe_account_id="", payable=False)
    said = payouts.connect()
    assert said.startswith("8 shops sell nothing yet")
    assert "press Connect with Stripe" in said
    assert not Merchant.objects.exclude(stripe_account_id="").exists()
