from checkout.models.agents import AgentPurchase
from checkout.models.carts import Cart, CartLine
from checkout.models.customers import CardSetup, Customer, ReplacedCard, SavedCard
from checkout.models.disputes import Dispute
from checkout.models.drops import DropPurchase, DropTicket
from checkout.models.exports import MerchantExports
from checkout.models.ledger import LedgerEntry, LedgerTransaction
from checkout.models.mentions import Mention
from checkout.models.offers import Offer, OfferUse, OrderDiscount
from checkout.models.orders import Order, OrderDelivery, OrderEvent, OrderLine, OrderNote
from checkout.models.partners import PartnerAccount
from checkout.models.payments import Payment, Refund, StripeEvent, StripeReconciliation
from checkout.models.reconciliation import (
    BalanceTransaction,
    ReconciliationFinding,
    ReconciliationRun,
)
from checkout.models.refunds import RefundPart
from checkout.models.sessions import CheckoutSession
from checkout.models.statements import ClosedMonth, MerchantStatements
from checkout.models.stock_checks import StockCheck
from checkout.models.taxes import TaxCalculation, TaxTransaction
from checkout.models.transfers import Transfer, TransferReversal

__all__ = [
    "AgentPurchase",
    "BalanceTransaction",
    "CardSetup",
    "Cart",
    "CartLine",
    "CheckoutSession",
    "ClosedMonth",
    "Customer",
    "Dispute",
    "DropPurchase",
    "DropTicket",
    "LedgerEntry",
    "LedgerTransaction",
    "Mention",
    "MerchantExports",
    "MerchantStatements",
    "Offer",
    "OfferUse",
    "Order",
    "OrderDelivery",
    "OrderDiscount",
    "OrderEvent",
    "OrderLine",
    "OrderNote",
    "PartnerAccount",
    "Payment",
    "ReconciliationFinding",
    "ReconciliationRun",
    "Refund",
    "RefundPart",
    "ReplacedCard",
    "SavedCard",
    "StockCheck",
    "StripeEvent",
    "StripeReconciliation",
    "TaxCalculation",
    "TaxTransaction",
    "Transfer",
    "TransferReversal",
]
