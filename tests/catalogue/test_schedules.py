"""What is scheduled is shown and sold between its two moments, by the clock, and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from catalogue import offers, schedules
from catalogue.models import Product
from catalogue.products import ProductError
from checkout import carts
from checkout.cart_lines import read
from checkout.cart_owners import Owner
from checkout.errors import UnknownProduct
from checkout.quotes import Item, quote
from tests.shops import cast
from webhooks.models import Event

HOUR = timedelta(hours=1)


@pytest.fixture
def world(db):
    made = cast()
    made.plage.drop.delete()
    return made


def scheduled(world, begin, end) -> Product:
    now = timezone.now()
    return schedules.schedule(
        world.plage.product,
        on_sale_from=None if begin is None else now + begin * HOUR,
        on_sale_until=None if end is None else now + end * HOUR,
        actor=world.plage.owner,
    )


def surfaces(world) -> dict[str, bool]:
    """Where a shopper who looks for it meets the product."""
    product, variant = world.plage.product, world.plage.variant
    client, owner = Client(), Owner(guest=uuid4().hex)
    cards = offers.offers([product.pk], country="FR", now=timezone.now())
    try:
        carts.add(owner, variant.public_id)
        in_cart = True
    except UnknownProduct:
        in_cart = False
    try:
        quote([Item(variant.public_id, 1)], country="FR")
        quoted = True
    except UnknownProduct:
        quoted = False
    page = client.get(f"/products/{product.public_id}/{product.slug}/")
    return {
        "card": product.pk in cards,
        "page": page.status_code == 200,
        "sheet": client.get(f"/buy/{product.public_id}/").status_code == 200,
        "cart": in_cart,
        "quote": quoted,
        "search": "Plage flip-flops" in client.get("/search/?q=flip-flops&what=products").text,
        "on sale": Product.objects.on_sale().filter(pk=product.pk).exists(),
        "shown": Product.objects.shown().filter(pk=product.pk).exists(),
        "read": Product.objects.get(pk=product.pk).is_on_sale,
    }


@pytest.mark.parametrize(
    ("begin", "end", "is_sold"),
    [(None, None, True), (-1, 1, True), (1, None, False), (None, -1, False), (-2, -1, False)],
)
def test_every_place_that_shows_or_sells_asks_the_clock(world, begin, end, is_sold):
    scheduled(world, begin, end)
    found = surfaces(world)
    assert found == dict.fromkeys(found, is_sold)


def test_what_is_in_a_cart_is_no_longer_sold_and_what_comes_later_is_not_named(world):
    owner = Owner(guest=uuid4().hex)
    carts.add(owner, world.plage.variant.public_id)
    scheduled(world, None, -1)
    (line,) = read(owner, country="FR").lines
    assert (line.state, line.title) == ("withdrawn", "Plage flip-flops")
    scheduled(world, 1, None)
    (line,) = read(owner, country="FR").lines
    assert (line.state, line.title) == ("withdrawn", "Something from Plage")


def test_a_sheet_says_so_and_does_not_name_what_comes_later(world):
    scheduled(world, 1, None)
    answer = Client().get(f"/buy/{world.plage.product.public_id}/")
    assert answer.status_code == 410
    assert "flip-flops" not in answer.text


def test_a_schedule_is_told_with_its_event_and_kept(world):
    before = Event.objects.count()
    product = scheduled(world, 1, 2)
    (event,) = Event.objects.order_by("id")[before:]
    assert event.payload["on_sale_from"] == product.on_sale_from.isoformat()
    assert event.payload["changes"]["on_sale_until"] == [None, product.on_sale_until.isoformat()]
    kept = product.history.latest("id")
    assert set(kept.changes) == {"on_sale_from", "on_sale_until"}
    assert kept.actor == world.plage.owner
    schedules.schedule(
        product,
        on_sale_from=product.on_sale_from,
        on_sale_until=product.on_sale_until,
        actor=world.plage.owner,
    )
    assert Event.objects.count() == before + 1


def test_it_ends_after_it_begins(world):
    with pytest.raises(ProductError, match="off sale after"):
        scheduled(world, 2, 1)
    product = world.plage.product
    product.on_sale_from, product.on_sale_until = timezone.now() + HOUR, timezone.now()
    with pytest.raises(ValidationError, match="off sale after"):
        product.full_clean()
