"""What the tables of the checkout hold of people. What was bought and paid is kept, as the law wants;
who bought it is taken out."""

from __future__ import annotations

from contextlib import suppress

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import LinkedAccount, OutgoingMail, User
from accounts.personal import FAREWELL, addresses_of
from checkout import gateway, session_wants
from checkout.models import (
    AgentPurchase,
    BalanceTransaction,
    CardSetup,
    Cart,
    CartLine,
    CheckoutSession,
    ClosedMonth,
    Customer,
    Dispute,
    DropPurchase,
    DropTicket,
    LedgerEntry,
    LedgerTransaction,
    Mention,
    Offer,
    OfferUse,
    Order,
    OrderDelivery,
    OrderDiscount,
    OrderEvent,
    OrderLine,
    OrderNote,
    Payment,
    ReconciliationFinding,
    ReconciliationRun,
    Refund,
    RefundPart,
    ReplacedCard,
    SavedCard,
    StockCheck,
    StripeEvent,
    StripeReconciliation,
    TaxCalculation,
    TaxTransaction,
    Transfer,
    TransferReversal,
)
from shopping.personal import GONE, NOWHERE, Blocker, Fate, NotYet, Table, nobodys

BOOKS = "accounts and their proofs are kept for ten years (Code de commerce, article L123-22)"
WITHOUT_BUYER = {
    "email": f"order@{NOWHERE}",
    "name": GONE,
    "line1": GONE,
    "line2": "",
    "postal_code": "",
    "city": "",
    "region": "",
    "phone": "",
}
# A dispute that the bank has not closed.
UNDECIDED = ("warning_needs_response", "warning_under_review", "needs_response", "under_review")


def _principal(person: User) -> Q:
    return Q(principal=f"user:{person.pk}")


def _uses(person: User) -> Q:
    return _principal(person) | Q(order__user=person)


def _mentions(person: User) -> Q:
    """What was put into their cart, and what their linked profiles wrote."""
    where = Q(user=person)
    for linked in LinkedAccount.objects.filter(user=person):
        where |= Q(network=linked.network, author=linked.external_id)
    return where


def forget_customer(person: User) -> None:
    """Let Stripe delete the customer with their cards. Outside any transaction.

    Raises NotYet where Stripe cannot be reached.
    """
    for customer in Customer.objects.filter(user=person):
        try:
            # Refused: Stripe has deleted them already.
            with suppress(gateway.Refused):
                gateway.delete_customer(customer.stripe_id)
        except gateway.Unknown as error:
            raise NotYet(f"Stripe could not be asked to delete the customer: {error}") from error


def empty_events(person: User) -> None:
    """What Stripe told of their payments, cards and refunds names them; it is read no more."""
    payments = Payment.objects.filter(order__user=person)
    things = set(payments.exclude(intent_id=None).values_list("intent_id", flat=True))
    things |= set(payments.exclude(charge_id="").values_list("charge_id", flat=True))
    refunds = Refund.objects.filter(payment__order__user=person)
    things |= set(refunds.exclude(stripe_id=None).values_list("stripe_id", flat=True))
    disputes = Dispute.objects.filter(payment__order__user=person)
    things |= set(disputes.values_list("stripe_id", flat=True))
    setups = CardSetup.objects.filter(customer__user=person)
    things |= set(setups.values_list("setup_id", flat=True))
    told = StripeEvent.objects.filter(object_id__in=things, processed_at__isnull=False)
    told.exclude(payload={}).update(payload={})


def unname_sessions(person: User) -> None:
    """Take them out of what agents and platforms prepared: of what was ordered the goods stay, by which
    its caller knows them; the rest goes, also what was prepared for their e-mail address."""
    theirs = Q(shopper=person) | Q(order__user=person) | Q(email__in=addresses_of(person))
    CheckoutSession.objects.filter(theirs, order=None).delete()
    for session in CheckoutSession.objects.filter(theirs).iterator():
        wanted = session_wants.without_buyer(session.wanted)
        if wanted != session.wanted:
            CheckoutSession.objects.filter(pk=session.pk).update(wanted=wanted)


def drop_letters(person: User) -> None:
    """Delete the mails that tell others of their orders: their shops, the operator."""
    for number in Order.objects.filter(user=person).values_list("number", flat=True):
        name = f"É-{number}"
        about = OutgoingMail.objects.filter(text__contains=name)
        about.exclude(kind=FAREWELL).filter(text__regex=rf"{name}(\D|$)").delete()


def _orders(person: User) -> list[Blocker]:
    """What is still to be paid or refunded: without its buyer nobody could be asked about it."""
    mine = Order.objects.filter(user=person)
    found = []
    here = reverse("checkout:orders")
    if mine.filter(status=Order.Status.AWAITING_PAYMENT).exists():
        says = _(
            "An order of yours waits for its payment. Pay it, or let it lapse; that takes minutes."
        )
        found.append(Blocker(says, here))
    if Refund.objects.filter(payment__order__user=person, status="requested").exists():
        says = _("A refund to you is under way. Wait until your order shows that it was made.")
        found.append(Blocker(says, here))
    if Dispute.objects.filter(payment__order__user=person, status__in=UNDECIDED).exists():
        says = _("You objected to a payment at your bank. Wait until the bank has decided.")
        found.append(Blocker(says, here))
    return found


BLOCKERS = (_orders,)
TABLES = (
    Table(
        model=CartLine,
        fate=Fate.DELETE,
        own=("cart__user",),
        kept="as long as the cart",
    ),
    Table(
        model=Cart,
        fate=Fate.DELETE,
        own=("user",),
        hidden=("guest",),
        kept="as long as the account; a guest's 30 days after its last visit",
        sweep="checkout.sweep_carts",
    ),
    Table(
        model=CheckoutSession,
        fate=Fate.WITHOUT,
        own=("shopper", "order__user"),
        erase=unname_sessions,
        without={"email": ""},
        hidden=("principal",),
        kept="90 days after it came to nothing; else as long as its order",
        sweep="checkout.sweep_carts",
        why="its agent or platform hears of the order by it",
    ),
    Table(
        model=AgentPurchase,
        fate=Fate.KEEP,
        own=("order__user",),
        kept="ten years at least",
        why=BOOKS,
    ),
    Table(
        model=StripeEvent,
        fate=Fate.WITHOUT,
        erase=empty_events,
        kept="90 days after it was processed",
        sweep="checkout.sweep_old_events",
        why="a repeat has to be known again",
    ),
    Table(model=SavedCard, fate=Fate.DELETE, own=("customer__user",), kept="until it is deleted"),
    Table(
        model=CardSetup, fate=Fate.DELETE, own=("customer__user",), kept="as long as the account"
    ),
    Table(
        model=Customer,
        fate=Fate.DELETE,
        own=("user",),
        erase=forget_customer,
        kept="as long as the account",
    ),
    Table(
        model=DropTicket,
        fate=Fate.DELETE,
        own=_principal,
        hidden=("principal",),
        kept="as long as the drop",
    ),
    Table(
        model=Mention,
        fate=Fate.DELETE,
        own=_mentions,
        kept="as long as the account; 30 days where nobody's profile is linked",
        sweep="checkout.sweep_carts",
    ),
    Table(
        model=DropPurchase,
        fate=Fate.WITHOUT,
        own=_uses,
        without={"email": f"order@{NOWHERE}", "address": ""},
        hidden=("principal", "address"),
        kept="as long as the order",
        why="a drop's limit counts what was sold",
    ),
    Table(
        model=OfferUse,
        fate=Fate.WITHOUT,
        own=_uses,
        without={"email": f"order@{NOWHERE}"},
        hidden=("principal",),
        kept="as long as the order",
        why="an offer's limit counts what was sold",
    ),
    Table(model=OrderNote, fate=Fate.DELETE, own=("order__user",), kept="as long as the order"),
    *(
        Table(
            model=model, fate=Fate.KEEP, own=("order__user",), kept="ten years at least", why=BOOKS
        )
        for model in (OrderLine, OrderDelivery, OrderDiscount)
    ),
    Table(
        model=OrderEvent,
        fate=Fate.KEEP,
        own=("order__user",),
        acted=("actor",),
        hidden=("actor",),
        kept="ten years at least",
        why=BOOKS,
    ),
    Table(
        model=Payment,
        fate=Fate.WITHOUT,
        own=("order__user",),
        without={"card_brand": "", "card_last4": ""},
        hidden=("attempt_hash",),
        kept="ten years at least",
        why=BOOKS,
    ),
    Table(
        model=Refund,
        fate=Fate.KEEP,
        own=("payment__order__user",),
        kept="ten years at least",
        why=BOOKS,
    ),
    Table(
        model=Dispute,
        fate=Fate.KEEP,
        own=("payment__order__user",),
        kept="ten years at least",
        why=BOOKS,
    ),
    Table(
        model=Order,
        fate=Fate.WITHOUT,
        own=("user",),
        erase=drop_letters,
        without=WITHOUT_BUYER,
        hidden=("principal", "request_hash", "idempotency_key", "tax_calculation"),
        kept="always; its buyer for ten full years",
        sweep="fulfilment.sweep_old_buyers",
        why=BOOKS,
    ),
    Table(
        model=ReconciliationRun,
        fate=Fate.KEEP,
        acted=("actor",),
        kept="ten years at least",
        why=BOOKS,
    ),
    Table(
        model=ReconciliationFinding,
        fate=Fate.KEEP,
        acted=("actor",),
        kept="ten years at least",
        why=BOOKS,
    ),
    *nobodys(
        *(LedgerTransaction, LedgerEntry, RefundPart, Transfer, TransferReversal, TaxTransaction),
        *(BalanceTransaction, ClosedMonth),
        kept="ten years at least",
    ),
    *nobodys(TaxCalculation, kept="until it expires", sweep="checkout.sweep_taxes"),
    *nobodys(ReplacedCard, kept="until Stripe has forgotten it", sweep="checkout.sweep_payments"),
    *nobodys(Offer, StripeReconciliation, StockCheck, kept="always"),
)
