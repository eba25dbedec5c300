"""The product page: what it says, which variant it means, and when there is none."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import OutgoingMail, User
from catalogue import reminders, stock
from catalogue.models import Drop, Merchant, Product, StockItem, StockReminder, Variant
from feeds import posts


@pytest.fixture
def relais(foulee: Merchant) -> Product:
    """Shoes in two colours and two sizes; Night 42 is sold out."""
    shoes = Product.objects.create(
        merchant=foulee,
        title="Relais trainers",
        slug="relais",
        currency="EUR",
        option_names=["Colour", "Size"],
        description='<p>Resoled.</p><script>alert(1)</script><img src="https://x.example/p">',
        status=Product.Status.ACTIVE,
    )
    for position, options in enumerate(["Pine 41", "Pine 42", "Night 41", "Night 42"]):
        variant = Variant.objects.create(
            product=shoes,
            merchant=foulee,
            option_values=options.split(),
            price=11_900 + position,
            position=position,
        )
        StockItem.objects.create(variant=variant, on_hand=0 if options == "Night 42" else 3)
    return shoes


def address(product: Product, query: str = "") -> str:
    return f"/products/{product.public_id}/{product.slug}/{query}"


def variant_id(product: Product, *options: str) -> str:
    return str(product.variants.get(option_values=list(options)).public_id)


def test_it_tells_price_delivery_stock_and_seller(client: Client, corniche: Product) -> None:
    page = client.get(address(corniche)).content.decode()
    for words in (
        "€34.00",
        "VAT included.",
        "Delivery to France: €3.90.",
        "In stock",
        "Sold by Plage &amp; Fils",
        "14 days to change your mind",
        f'rel="canonical" href="http://localhost:8000{address(corniche)}"',
    ):
        assert words in page


def test_the_first_variant_in_stock_is_meant_at_first(client: Client, relais: Product) -> None:
    StockItem.objects.filter(variant__option_values=["Pine", "41"]).update(on_hand=0)
    page = client.get(address(relais, "?o0=Pine")).context
    assert str(page["variant"].public_id) == variant_id(relais, "Pine", "42")


def test_nobody_guesses_a_size(client: Client, relais: Product) -> None:
    """Add to cart asks for it in its place, and Buy now in its sheet; a colour may be guessed."""
    for query in ("", "?o0=Night", f"?variant={uuid4()}", "?o1=no"):
        page = client.get(address(relais, query)).content.decode().partition("<body")[2]
        assert page.count(" checked") == 1
        assert "data-add" not in page
        assert "?variant=" not in page
        assert 'form="options" name="choose"' in page
        assert "Choose a size" not in page
    page = client.get(address(relais, "?o0=Night&choose=1")).content.decode()
    assert 'role="alert"' in page
    assert "Choose a size" in page
    page = client.get(address(relais, "?o0=Night&o1=41&choose=1")).content.decode()
    assert "data-add" in page
    assert "Choose a size" not in page


def test_a_size_that_there_is_none_left_of_is_asked_for_too(
    client: Client, reader: Client, relais: Product
) -> None:
    StockItem.objects.update(on_hand=0)
    page = reader.get(address(relais)).content.decode()
    assert "/remind/" not in page
    assert 'form="options" name="choose"' in page
    assert "/remind/" in reader.get(address(relais, "?o0=Night&o1=41")).content.decode()


def test_the_only_size_needs_no_choice(client: Client, relais: Product) -> None:
    Variant.objects.exclude(option_values__contains=["42"]).update(active=False)
    assert "data-add" in client.get(address(relais)).content.decode()


def test_chips_choose_without_script(client: Client, relais: Product) -> None:
    page = client.get(address(relais, "?o0=Night&o1=41")).content.decode()
    assert f"?variant={variant_id(relais, 'Night', '41')}" in page
    assert "€119.02" in page
    assert "Only 3 left" in page
    assert 'value="Night" checked' in page
    assert '42<span class="vh">, sold out' in page


def test_a_link_to_a_variant_opens_it(client: Client, relais: Product) -> None:
    pine = variant_id(relais, "Pine", "42")
    assert f"?variant={pine}" in client.get(address(relais, f"?variant={pine}")).content.decode()
    for odd in ("no-uuid", str(uuid4())):
        assert client.get(address(relais, f"?variant={odd}")).status_code == 200


def test_a_description_holds_no_script_and_no_picture(client: Client, relais: Product) -> None:
    page = client.get(address(relais)).content.decode()
    assert "<p>Resoled.</p>" in page
    assert "alert(1)" not in page
    assert "x.example" not in page


def test_another_slug_leads_to_the_right_one(client: Client, corniche: Product) -> None:
    answer = client.get(f"/products/{corniche.public_id}/something-else/")
    assert (answer.status_code, answer["Location"]) == (301, address(corniche))


@pytest.mark.parametrize("status", [Product.Status.DRAFT, Product.Status.ARCHIVED])
def test_what_is_not_on_sale_is_not_found(client: Client, corniche: Product, status: str) -> None:
    Product.objects.update(status=status)
    assert client.get(address(corniche)).status_code == 404
    assert client.get(f"/products/{uuid4()}/x/").status_code == 404


def test_a_suspended_shop_sells_nothing(client: Client, corniche: Product) -> None:
    Merchant.objects.update(status=Merchant.Status.SUSPENDED)
    assert client.get(address(corniche)).status_code == 404


def test_it_shows_what_people_say(client: Client, corniche: Product, mai: User) -> None:
    posts.publish(mai, body="They do not <squeak>", language="en", products=[corniche])
    page = client.get(address(corniche)).content.decode()
    assert "They do not &lt;squeak&gt;" in page


def test_nothing_is_sold_where_the_shop_does_not_deliver(client: Client, corniche: Product) -> None:
    client.cookies["country"] = "US"
    page = client.get(address(corniche)).content.decode()
    assert "This shop does not deliver to United States." in page
    assert "Buy now" not in page


def test_a_drop_says_when_it_opens(client: Client, corniche: Product) -> None:
    opens = timezone.now() + timedelta(days=400)
    Drop.objects.create(product=corniche, opens_at=opens)
    page = client.get(address(corniche)).content.decode()
    assert "The sale opens" in page
    assert "Buy now" not in page
    assert corniche.title in client.get("/drops/").content.decode()


def test_who_waits_for_a_variant_is_written_to_once(
    reader: Client, mai: User, relais: Product
) -> None:
    night = Variant.objects.get(option_values=["Night", "42"])
    where = f"/variants/{night.public_id}/remind/"
    page = reader.get(address(relais, f"?variant={night.public_id}")).content.decode()
    assert "Tell me when back" in page
    for _press in range(2):
        assert reader.post(where, {"remind": "yes"}).status_code == 302
    page = reader.get(address(relais, f"?variant={night.public_id}")).content.decode()
    assert "We will write to you" in page
    assert reminders.tell() == 0
    stock.restock({night.pk: 1}, reference="test")
    assert reminders.tell() == 1
    assert reminders.tell() == 0
    mail = OutgoingMail.objects.get(kind="back_in_stock")
    assert mail.to == "mai@etal.example"
    assert str(night.public_id) in mail.text


def test_who_waits_for_a_drop_is_written_to_once_it_is_open(mai: User, relais: Product) -> None:
    reminders.ask(mai, variant=relais.variants.get(option_values=["Night", "41"]))
    opens = timezone.now() + timedelta(hours=2)
    drop = Drop.objects.create(product=relais, opens_at=opens)
    assert reminders.tell() == 0
    Drop.objects.filter(pk=drop.pk).update(opens_at=timezone.now())
    assert reminders.tell() == 1
    assert not StockReminder.objects.exists()


def test_nobody_is_told_of_what_comes_back_to_a_drop_that_has_ended(
    mai: User, relais: Product
) -> None:
    reminders.ask(mai, variant=relais.variants.get(option_values=["Night", "41"]))
    opened = timezone.now() - timedelta(hours=2)
    Drop.objects.create(product=relais, opens_at=opened, ends_at=opened + timedelta(hours=1))
    assert reminders.tell() == 0


def test_a_reminder_can_be_taken_back(reader: Client, relais: Product) -> None:
    night = Variant.objects.get(option_values=["Night", "42"])
    for wish in ("yes", "no"):
        reader.post(f"/variants/{night.public_id}/remind/", {"remind": wish})
    assert not StockReminder.objects.exists()


def test_the_signed_out_are_asked_to_sign_in_first(client: Client, relais: Product) -> None:
    night = Variant.objects.get(option_values=["Night", "42"])
    answer = client.post(f"/variants/{night.public_id}/remind/", {"remind": "yes"})
    assert answer["Location"].startswith("/accounts/login/")
    assert not StockReminder.objects.exists()
