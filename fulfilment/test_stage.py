"""What is played in a test space so that something happens: goods, an order, its payment, its parcel.

Each step is the verb that a shopper's or a shop's press calls, and is told as theirs is.
"""

from __future__ import annotations

import secrets
import time

from django.conf import settings
from django.db import transaction

from catalogue import products, stock
from catalogue.models import Merchant, Product, ShippingRate, Variant
from catalogue.products import NewVariant
from checkout import disputes, gateway, orders, payments, refundable, refunds
from checkout.buyers import AddressData, Buyer
from checkout.models import Order, Payment, Refund
from checkout.offers import Claim
from checkout.quotes import Item, quote
from checkout.refund_previews import preview, whole
from fulfilment import fulfilment_orders, returns
from fulfilment.models import FulfilmentOrder, Return, ReturnLine
from fulfilment.returns import Came, Wanted
from shopping.money import step

PRODUCT = "etal-test-product"
PRICE = 2000  # of the currency's smallest payable steps: 20.00 €
PIECES = 100
EMAIL = "shopper@example.com"
CARRIER = "Test carrier"
GOOD, DECLINED, DISPUTED = "pm_card_visa", "pm_card_chargeDeclined", "pm_card_createDispute"
# Stripe makes the dispute of such a card a moment after its charge.
DISPUTE_WAITS = (0.3, 0.5, 1.0, 1.5)


class NotPaid(Exception):
    """Stripe's test mode did not take the payment."""


def product(twin: Merchant) -> Product:
    """The space's own dummy, made if it is not there; with a way to send it, and pieces left.

    Locks the space, so that of two at once both get the same.
    """
    with transaction.atomic():
        Merchant.objects.select_for_update(no_key=True).get(pk=twin.pk)
        found = Product.objects.filter(merchant=twin, external_id=PRODUCT).first()
        found = found or new_product(twin, external_id=PRODUCT)
        rates = ShippingRate.objects.filter(merchant=twin, countries__contains=[twin.country])
        if not rates.exists():
            ShippingRate.objects.create(
                merchant=twin, name="Test delivery", countries=[twin.country], price=0
            )
        variant = found.variants.select_related("stock").get()
        if variant.stock.available < PIECES // 10:
            stock.adjust(variant, delta=PIECES, actor=None, note="test event")
    return found


def new_product(twin: Merchant, *, external_id: str = "") -> Product:
    return products.create(
        twin,
        title="Test product",
        variants=[NewVariant(price=PRICE * step(twin.currency), sku=sku(), on_hand=PIECES)],
        actor=None,
        external_id=external_id,
        status=Product.Status.ACTIVE,
    )


def sku() -> str:
    return f"TEST-{secrets.token_hex(4).upper()}"


def variant(twin: Merchant) -> Variant:
    return product(twin).variants.get()


def placed(twin: Merchant) -> Order:
    """An order of one piece by nobody, of which nobody is written."""
    items = [Item(variant(twin).public_id, 1)]
    buyer = Buyer(f"test:{twin.public_id}", None, EMAIL, "en", test_shop_id=twin.pk)
    address = AddressData(
        name="Test Shopper",
        line1="1 Test Street",
        line2="",
        postal_code="75001",
        city="Test Town",
        region="",
        country=twin.country,
        phone="",
    )
    claim = Claim(principal=buyer.principal, email=buyer.email, test_shop_id=twin.pk)
    seen = quote(items, country=address.country, postcode=address.postal_code, claim=claim).total
    return orders.place(
        items, buyer=buyer, address=address, key=secrets.token_hex(16), seen_total=seen
    )


def tried(order: Order, card: str) -> Payment:
    """The order's payment after `card`, one of Stripe's test cards, was tried. Raises TestModeOff,
    gateway.GatewayError."""
    payment = order.payments.get()
    payments.start(
        payment.pk, confirmation_token=gateway.token_of(card), return_url=settings.PUBLIC_URL
    )
    payment.refresh_from_db()
    return payment


def paid(twin: Merchant, card: str = GOOD) -> Payment:
    """A paid order's payment. Raises NotPaid, and what `tried` raises."""
    payment = tried(placed(twin), card)
    if payment.status != Payment.Status.SUCCEEDED:
        raise NotPaid(payment.status)
    return payment


def opened(twin: Merchant) -> FulfilmentOrder:
    """A paid order's part, to be sent."""
    order_id = paid(twin).order_id
    fulfilment_orders.open_for(order_id)
    return FulfilmentOrder.objects.select_related("order", "merchant").get(order=order_id)


def sent(twin: Merchant) -> FulfilmentOrder:
    part = opened(twin)
    fulfilment_orders.ship(part, carrier=CARRIER, tracking_number=sku(), actor=None)
    return part


def delivered(twin: Merchant) -> FulfilmentOrder:
    part = sent(twin)
    return fulfilment_orders.deliver(part, actor=None)


def refunded(payment: Payment) -> Refund:
    """All of a paid order given back, as far as Stripe says so at once."""
    refund = _asked(payment)
    refunds.send(refund.pk)
    return refund


def refused_refund(payment: Payment) -> None:
    """A refund that Stripe refuses, since somebody has given all of it back in the dashboard."""
    refund = _asked(payment)
    gateway.refund(
        payment.intent_id or "",
        amount=payment.captured,
        refund_id="",
        key=f"test-{secrets.token_hex(16)}",
        test=True,
    )
    refunds.send(refund.pk)


def _asked(payment: Payment) -> Refund:
    left = refundable.read(payment.order)
    asked = whole(left)
    amount = preview(left, asked).amount
    return refunds.request(payment.pk, amount=amount, reason="test", parts=asked)


def disputed(payment: Payment) -> None:
    """Carry over the dispute of a payment by the card that brings one, once Stripe has it; where that
    takes long, Stripe's own event brings it."""
    for seconds in DISPUTE_WAITS:
        time.sleep(seconds)
        found = gateway.disputes_of(payment.intent_id or "")
        for each in found:
            disputes.apply(each)
        if found:
            return


def asked_back(twin: Merchant) -> Return:
    """A return that was asked for of a part that was delivered."""
    part = delivered(twin)
    line = part.order.lines.get()
    reason = ReturnLine.Reason.DAMAGED  # which no rule approves by itself
    wanted = [Wanted(line.pk, 1, reason)]
    return returns.ask(part, wanted=wanted, words="Test", key=secrets.token_hex(16))


def approved(twin: Merchant) -> Return:
    return returns.approve(asked_back(twin), actor=None)


def received(twin: Merchant) -> Return:
    row = approved(twin)
    came = {each.pk: Came(each.quantity, ReturnLine.Condition.AS_NEW) for each in row.lines.all()}
    return returns.receive(row, came=came, actor=None)
