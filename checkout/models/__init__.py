from checkout.models.carts import Cart, CartLine
from checkout.models.customers import CardSetup, Customer, ReplacedCard, SavedCard
from checkout.models.ledger import LedgerEntry, LedgerTransaction
from checkout.models.offers import Offer, OfferUse, OrderDiscount
from checkout.models.orders import Order, OrderDelivery, OrderEvent, OrderLine
from checkout.models.payments import Payment, Refund, StripeEvent, StripeReconciliation

__all__ = [
    "CardSetup",
    "Cart",
    "CartLine",
    "Customer",
    "LedgerEntry",
    "LedgerTransaction",
    "Offer",
    "OfferUse",
    "Order",
    "OrderDelivery",
    "OrderDiscount",
    "OrderEvent",
    "OrderLine",
    "Payment",
    "Refund",
    "ReplacedCard",
    "SavedCard",
    "StripeEvent",
    "StripeReconciliation",
]
