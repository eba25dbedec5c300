"""A purchase, which is an order as its buyer sees it, and what it takes to make one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import URLValidator
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers

from checkout import declines, orders
from checkout.api import order_shapes, shapes
from checkout.api.quote_shapes import Discount
from checkout.models import Order, OrderDelivery, OrderLine, OrderNote, Payment
from partners.shapes import Money, Shape, money


class PaymentShown(Shape):
    status = serializers.ChoiceField(
        choices=Payment.Status.choices,
        help_text="`requires_action`: the shopper's bank asks them something, which `client_secret` opens."
        " `processing`: the outcome is not known yet; ask again, and do not pay anew.",
    )
    amount = Money()
    captured = Money()
    refunded = Money()
    card_brand = serializers.CharField(allow_blank=True)
    card_last4 = serializers.CharField(allow_blank=True)
    decline_code = serializers.CharField(allow_blank=True)
    detail = serializers.CharField(allow_null=True, help_text="Why it was declined, for a person.")
    client_secret = serializers.CharField(
        allow_null=True,
        help_text="For the browser while `requires_action`; only in answers that asked the bank and to"
        " callers with `purchases:write`, and null where a call is sent again with its Idempotency-Key:"
        " read the payment then.",
    )


class PurchaseShown(Shape):
    id = serializers.UUIDField()
    number = serializers.CharField(help_text="As people read it.")
    status = serializers.ChoiceField(choices=Order.Status.choices)
    placed_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    held_until = serializers.DateTimeField(
        allow_null=True, help_text="How long the goods wait for the payment."
    )
    currency = serializers.CharField()
    email = serializers.EmailField()
    address = order_shapes.OrderedAddress()
    note = serializers.CharField(allow_blank=True)
    lines = order_shapes.OrderedLine(many=True)
    deliveries = order_shapes.OrderedDelivery(many=True)
    discounts = Discount(many=True)
    items_total = Money()
    delivery_total = Money()
    discount_total = Money()
    tax_added = Money(help_text="Tax on top of prices.")
    tax_included = Money(help_text="Tax inside prices.")
    total = Money()
    payment = PaymentShown()
    url = serializers.URLField(
        help_text="Of a partner's guest the order's page, for whoever holds this address; of somebody"
        " with an account their orders, once they have signed in."
    )


class PayingWith(Shape):
    """A confirmation token that the browser made by Stripe's library, or a card of the shopper's own."""

    confirmation_token = serializers.CharField(
        max_length=120,
        required=False,
        help_text="In a test space one of Stripe's test cards will do, such as `pm_card_visa`.",
    )
    saved_card_id = serializers.UUIDField(required=False)
    save_card = serializers.BooleanField(
        default=False, help_text="Keep the card for a shopper with an account."
    )
    return_url = serializers.CharField(
        max_length=500,
        required=False,
        validators=[URLValidator(schemes=["https"])],
        help_text="Where a bank's own page leads back to; else the order's page.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("confirmation_token" in attrs) == ("saved_card_id" in attrs):
            raise serializers.ValidationError(
                _("Say either `confirmation_token` or `saved_card_id`.")
            )
        return attrs


class NewPurchase(Shape):
    cart_id = serializers.UUIDField(required=False)
    lines = shapes.WantedLines(required=False)
    seen_total = Money(help_text="The `total` of the quote: it is bought at this, or not at all.")
    email = serializers.EmailField(
        required=False, help_text="Needed for a guest; a shopper's own is on their account."
    )
    address = shapes.Address(required=False)
    address_id = serializers.UUIDField(required=False, help_text="One that the shopper saved.")
    code = serializers.CharField(max_length=60, required=False, help_text="Of an offer.")
    note = serializers.CharField(
        max_length=OrderNote.LONGEST, required=False, help_text="Every shop of the order reads it."
    )
    language = serializers.ChoiceField(
        choices=[code for code, _name in settings.LANGUAGES],
        required=False,
        help_text="Of the mails about it.",
    )
    payment = PayingWith()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("cart_id" in attrs) == ("lines" in attrs):
            raise serializers.ValidationError(_("Say either `cart_id` or `lines`."))
        if ("address" in attrs) == ("address_id" in attrs):
            raise serializers.ValidationError(_("Say either `address` or `address_id`."))
        return attrs


def with_parts(found: QuerySet[Order]) -> QuerySet[Order]:
    """`found` with all that `shown` reads, in a constant number of statements."""
    lines = OrderLine.objects.select_related("merchant", "variant__product", "post").order_by("id")
    return found.select_related("note").prefetch_related(
        Prefetch("lines", lines),
        Prefetch("deliveries", OrderDelivery.objects.select_related("merchant").order_by("id")),
        "discounts",
        Prefetch("payments", Payment.objects.order_by("-id")),
    )


def shown(order: Order, *, client_secret: str | None = None) -> dict[str, Any]:
    """An order that was read by `with_parts`, as its buyer sees it."""
    currency = order.currency
    given: dict[tuple[int, str], int] = {}
    for each in order.discounts.all():
        key = (each.offer_id, each.label)
        given[key] = given.get(key, 0) + each.amount
    note = getattr(order, "note", None)
    return {
        "id": str(order.public_id),
        "number": order.reference,
        "status": order.status,
        "placed_at": order.placed_at,
        "paid_at": order.paid_at,
        "cancelled_at": order.cancelled_at,
        "held_until": order.reserved_until,
        "currency": currency,
        "email": order.email,
        "address": order_shapes.address(order),
        "note": note.text if note else "",
        "lines": [order_shapes.line(each, currency=currency) for each in order.lines.all()],
        "deliveries": [
            order_shapes.delivery(each, currency=currency) for each in order.deliveries.all()
        ],
        "discounts": [
            {"label": label, "amount": money(amount, currency)}
            for (_offer, label), amount in given.items()
        ],
        "items_total": money(order.items_total, currency),
        "delivery_total": money(order.delivery_total, currency),
        "discount_total": money(order.discount_total, currency),
        "tax_added": money(order.tax_added, currency),
        "tax_included": money(order.tax_included, currency),
        "total": money(order.total, currency),
        "payment": payment(order.payments.all()[0], client_secret=client_secret),
        "url": url_of(order),
    }


def payment(row: Payment, *, client_secret: str | None = None) -> dict[str, Any]:
    declined = row.status == Payment.Status.DECLINED
    return {
        "status": row.status,
        "amount": money(row.amount, row.currency),
        "captured": money(row.captured, row.currency),
        "refunded": money(row.refunded, row.currency),
        "card_brand": row.card_brand,
        "card_last4": row.card_last4,
        "decline_code": row.decline_code,
        "detail": declines.message(row.decline_code) if declined else None,
        "client_secret": client_secret,
    }


def url_of(order: Order) -> str:
    """Where its buyer reads it. The order's page opens to whoever holds its address, and cancels the
    order and sends it back: it is told of guests alone, to the partner who placed theirs. An app has
    nothing in hand that outlasts its consent."""
    if order.user_id is not None or order.partner_id is None:
        return settings.PUBLIC_URL + reverse("checkout:orders")
    return settings.PUBLIC_URL + reverse("checkout:order", args=[orders.token(order)])
