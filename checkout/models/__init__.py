from checkout.models.carts import Cart, CartLine
from checkout.models.customers import Customer, ReplacedCard, SavedCard
from checkout.models.disputes import Dispute
from checkout.models.ledger import LedgerEntry, LedgerTransaction
from checkout.models.orders import Order, OrderDelivery, OrderEvent, OrderLine
from checkout.models.payments import Payment, Refund, StripeEvent, StripeReconciliation
from checkout.models.refunds import RefundPart

__all__ = [
    "Cart",
    "CartLine",
    "Customer",
    "Dispute",
    "LedgerEntry",
    "LedgerTransaction",
    "Order",
    "OrderDelivery",
    "OrderEvent",
    "OrderLine",
    "Payment",
    "Refund",
    "RefundPart",
    "ReplacedCard",
    "SavedCard",
    "StripeEvent",
    "StripeReconciliation",
]
