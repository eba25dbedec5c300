"""What a merchant does with a product, and the event each change leaves."""

from __future__ import annotations

import pytest

from accounts.models import User
from catalogue import prices, products, variants
from catalogue.models import Merchant, Product, Variant
from catalogue.products import NewVariant, ProductError
from shopping.money import Money
from webhooks.models import Event


def last_event() -> Event:
    return Event.objects.latest("pk")


def test_a_new_product_is_a_draft_with_its_stock_and_event(
    flipflops: Product, plage: Merchant
) -> None:
    assert (flipflops.status, flipflops.slug, flipflops.currency) == (
        "draft",
        "corniche-flip-flops",
        "EUR",
    )
    assert [variant.stock.on_hand for variant in flipflops.variants.all()] == [10, 0]
    event, counted = Event.objects.order_by("pk")
    assert (counted.type, counted.payload["sku"], counted.payload["available"]) == (
        "stock.changed",
        "COR-41",
        10,
    )
    assert (event.type, event.subject, event.merchant) == (
        "product.created",
        str(flipflops.public_id),
        plage,
    )
    assert [each["options"] for each in event.payload["variants"]] == [
        {"Size": "41"},
        {"Size": "42"},
    ]


def test_a_product_has_no_more_variants_than_its_page_reads(
    flipflops: Product, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "MOST_VARIANTS", 2)
    with pytest.raises(ProductError, match="at most 2 variants"):
        variants.add(flipflops, NewVariant(price=1, option_values=("43",)), actor=owner)
    assert flipflops.variants.count() == 2


def test_publishing_twice_is_one_event(flipflops: Product, owner: User) -> None:
    products.publish(flipflops, actor=owner)
    products.publish(flipflops, actor=owner)
    flipflops.refresh_from_db()
    assert flipflops.status == "active"
    (event,) = Event.objects.filter(type="product.updated")
    assert event.payload["changes"] == {"status": ["draft", "active"]}
    assert event.payload["actor"] == "plage_owner"


def test_an_archived_product_returns_to_the_shelf_and_to_nothing_else(
    flipflops: Product, owner: User
) -> None:
    products.publish(flipflops, actor=owner)
    products.archive(flipflops, actor=owner)
    with pytest.raises(ProductError, match="archived cannot become draft"):
        products.withdraw(flipflops, actor=owner)
    products.publish(flipflops, actor=owner)
    flipflops.refresh_from_db()
    assert flipflops.status == "active"


def test_nothing_to_buy_is_not_published(flipflops: Product, owner: User) -> None:
    flipflops.variants.update(active=False)
    with pytest.raises(ProductError):
        products.publish(flipflops, actor=owner)
    flipflops.refresh_from_db()
    assert flipflops.status == "draft"


def test_a_price_change_tells_the_old_and_the_new(flipflops: Product, owner: User) -> None:
    variant = flipflops.variants.get(sku="COR-41")
    prices.change_price(
        variant, price=Money(2900, "EUR"), compare_at_price=Money(3400, "EUR"), actor=owner
    )
    variant.refresh_from_db()
    assert (variant.price, variant.compare_at_price) == (2900, 3400)
    assert last_event().payload["changes"] == {
        "variant": str(variant.public_id),
        "price": [3400, 2900],
        "compare_at_price": [None, 3400],
    }


@pytest.mark.parametrize(
    ("price", "struck"),
    [
        (Money(3000, "USD"), None),
        (Money(-1, "EUR"), None),
        (Money(100_000_000, "EUR"), None),
        (Money(3400, "EUR"), Money(3400, "EUR")),
    ],
)
def test_a_price_that_makes_no_sense_leaves_no_trace(
    flipflops: Product, owner: User, price: Money, struck: Money | None
) -> None:
    variant = flipflops.variants.get(sku="COR-41")
    events = Event.objects.count()
    with pytest.raises(ProductError):
        prices.change_price(variant, price=price, compare_at_price=struck, actor=owner)
    variant.refresh_from_db()
    assert variant.price == 3400
    assert Event.objects.count() == events


def test_words_are_edited_and_cleaned(flipflops: Product, owner: User) -> None:
    edited = products.edit(
        flipflops,
        actor=owner,
        fields={"title": "Corniche", "description": "<p>New</p><script>x()</script>"},
    )
    assert (edited.title, edited.slug, edited.description) == ("Corniche", "corniche", "<p>New</p>")
    assert last_event().type == "product.updated"
    with pytest.raises(ProductError):
        products.edit(flipflops, actor=owner, fields={"status": "active"})


def test_variants_must_answer_each_option(plage: Merchant, owner: User) -> None:
    with pytest.raises(ProductError):
        products.create(
            plage,
            title="Mug",
            option_names=["Glaze"],
            variants=[NewVariant(price=2400)],
            actor=owner,
        )
    assert not Product.objects.exists()
    assert not Variant.objects.exists()
