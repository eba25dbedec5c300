"""Tasks of the checkout: each names a verb, bears repetition, and finds its work in rows."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from checkout import (
    cards,
    cart_owners,
    cart_replies,
    drop_queues,
    mentions,
    months,
    purchases,
    reconciliation,
    refunds,
    reversals,
    sessions,
    stock_checks,
    stripe_events,
    sweeps,
    tax_calculations,
    tax_transactions,
    transfers,
)


@shared_task(name="checkout.process_stripe_event")
def process_stripe_event(event_pk: int) -> None:
    sweeps.process(event_pk)


@shared_task(name="checkout.send_refund")
def send_refund(refund_pk: int) -> None:
    refunds.send(refund_pk)


@shared_task(name="checkout.send_transfer")
def send_transfer(transfer_pk: int) -> None:
    transfers.send(transfer_pk)


@shared_task(name="checkout.send_reversal")
def send_reversal(reversal_pk: int) -> None:
    reversals.send(reversal_pk)


@shared_task(name="checkout.send_tax_transaction")
def send_tax_transaction(entry_pk: int) -> None:
    tax_transactions.send(entry_pk)


@shared_task(name="checkout.detach_card")
def detach_card(replaced_pk: int) -> None:
    cards.detach(replaced_pk)


@shared_task(name="checkout.note_purchases_for_event")
def note_purchases_for_event(event_id: int) -> None:
    """An order was paid: the event's subject is its public id."""
    purchases.note_for_event(event_id)


@shared_task(name="checkout.sweep_stripe_events")
def sweep_stripe_events() -> None:
    sweeps.stripe_events_due()


@shared_task(name="checkout.reconcile_stripe_events")
def reconcile_stripe_events() -> None:
    sweeps.missed_events()


@shared_task(name="checkout.sweep_reconciliation")
def sweep_reconciliation() -> None:
    reconciliation.due()


@shared_task(name="checkout.check_stock")
def check_stock() -> None:
    """Go on with the night's check of the stock; most ticks find nothing to do."""
    check = stock_checks.due(timezone.now())
    if check is not None:
        stock_checks.run(check, seconds=stock_checks.BUDGET_SECONDS)


@shared_task(name="checkout.sweep_payments")
def sweep_payments() -> None:
    sweeps.payments_due()
    sweeps.refunds_due()


@shared_task(name="checkout.sweep_transfers")
def sweep_transfers() -> None:
    sweeps.transfers_due()
    sweeps.reversals_due()


@shared_task(name="checkout.sweep_unsettled")
def sweep_unsettled() -> None:
    sweeps.unsettled_due()


@shared_task(name="checkout.sweep_reservations")
def sweep_reservations() -> None:
    sweeps.reservations_due()
    sweeps.cards_due()


@shared_task(name="checkout.sweep_accounts")
def sweep_accounts() -> None:
    sweeps.accounts_due()


@shared_task(name="checkout.answer_cart_reply")
def answer_cart_reply(reply_pk: int) -> None:
    cart_replies.answer(reply_pk)


@shared_task(name="checkout.sweep_cart_replies")
def sweep_cart_replies() -> None:
    sweeps.cart_replies_due()


@shared_task(name="checkout.sweep_carts")
def sweep_carts() -> None:
    cart_owners.forget_guests()
    drop_queues.forget()
    mentions.forget()
    sessions.expire()
    sessions.forget()


@shared_task(name="checkout.sweep_taxes")
def sweep_taxes() -> None:
    sweeps.taxes_due()
    tax_calculations.forget_expired()


@shared_task(name="checkout.close_months")
def close_months() -> None:
    months.close_finished()


@shared_task(name="checkout.sweep_old_events")
def sweep_old_events() -> None:
    """Forget what Stripe told of long ago."""
    while stripe_events.forget_old():
        pass
