"""What the demo's shopper has bought before: it makes her a returning one, with a size to repeat."""

from __future__ import annotations

from functools import partial

from django.conf import settings

from catalogue.models import Variant
from checkout import cards, gateway, orders, payments, presses, tax_calculations
from checkout.buyers import Buyer
from checkout.errors import CheckoutError
from checkout.models import Order, SavedCard
from checkout.quotes import Item, quote
from demo.people import shopper

# Under one key an order is placed once, however often the demo is loaded.
KEY = "demo-first-purchase"
PRODUCT = "corniche"
OPTIONS = ["Coral", "42"]


def first() -> str:
    """Let the shopper buy her first pair with her saved card, once; through Stripe, as anybody.

    Returns a sentence for the person who loads the demo, "" where there is nothing to say: she
    has bought it already, or has no card yet. Outside any transaction.
    """
    buyer = shopper()
    card = next(iter(cards.of(buyer)), None)
    principal = f"user:{buyer.pk}"
    before = orders.of_key(KEY, principals=[principal])
    if card is None or (before and before.status != Order.Status.AWAITING_PAYMENT):
        return ""
    try:
        order = before or tax_calculations.once_more(partial(_place, principal))
        outcome = _pay(order, card)
    except (gateway.GatewayError, CheckoutError) as error:
        return f"{buyer.display_name} has bought nothing yet ({error.__class__.__name__})."
    if outcome.kind != "succeeded":
        return f"{buyer.display_name}'s first purchase is not paid: {outcome.kind}."
    line = order.lines.get()
    return f"{buyer.display_name} has bought {line.title} before: {line.options_text}."


def _place(principal: str) -> Order:
    buyer = shopper()
    address = presses.saved_address(buyer.addresses.order_by("-is_default", "id")[0])
    variant = Variant.objects.get(product__external_id=PRODUCT, option_values=OPTIONS)
    items = [Item(variant.public_id, 1)]
    return orders.place(
        items,
        buyer=Buyer(principal, user=buyer, email=buyer.email or "", locale=buyer.locale),
        address=address,
        key=KEY,
        seen_total=quote(
            items, country=address.country, region=address.region, postcode=address.postal_code
        ).total,
    )


def _pay(order: Order, card: SavedCard) -> payments.Outcome:
    return payments.start(
        order.payments.latest("id").pk, saved_card_id=card.pk, return_url=settings.PUBLIC_URL
    )
