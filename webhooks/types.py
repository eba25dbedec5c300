"""What can happen: the types an endpoint may subscribe to; docs/webhooks.md tells what each holds."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

TYPES = frozenset(
    {
        "fulfilment_order.cancelled",
        "fulfilment_order.delivered",
        "fulfilment_order.opened",
        "fulfilment_order.out_for_delivery",
        "fulfilment_order.packed",
        "order.cancelled",
        "order.disputed",
        "order.paid",
        "order.placed",
        "order.refund_failed",
        "order.refunded",
        "payment.failed",
        "payment.refunded",
        "product.created",
        "product.updated",
        "return.approved",
        "return.expired",
        "return.received",
        "return.refunded",
        "return.refused",
        "return.requested",
        "return.withdrawn",
        "shipment.created",
        "shipment.updated",
        "stock.changed",
    }
)
# Of real shops the operator alone hears of these; of a test space its own endpoints do.
OPERATORS = frozenset({"payment.failed", "payment.refunded"})
FOR_SHOPS = TYPES - OPERATORS
# Goes to the endpoint that is tried, and to no other; nobody subscribes to it.
TEST = "endpoint.test"


def validate_type(value: str) -> None:
    """Refuse a type that no event will ever have: a typo would wait for ever."""
    if value not in TYPES:
        raise ValidationError(
            _("“%(value)s” is no event type."), code="unknown_type", params={"value": value}
        )
