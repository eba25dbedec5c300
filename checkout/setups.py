"""Adding a card without buying: a SetupIntent at Stripe, and its card kept here, once.

The browser that set the card up says so, and Stripe's event says it again, at the same moment or
days later. Whoever comes first keeps the card; the other changes nothing, so that a card that was
deleted since does not come back, nor a default that was changed.
"""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from checkout import cards, gateway, stripe_events
from checkout.errors import UnknownCard
from checkout.models import CardSetup, Customer


class UnknownSetup(Exception):
    """A SetupIntent of a customer that is none of ours."""


def begin(user: User, *, key: str) -> str:
    """The client secret of a SetupIntent for `user`; the form's `key` again gives the same one.

    Outside any transaction. Raises gateway.Unknown, gateway.Refused.
    """
    customer_id = cards.customer_of(user)
    return gateway.begin_setup(customer_id, key=f"setup-{user.public_id}-{key}").client_secret


def finish(user: User, setup_id: str) -> bool:
    """Keep the card that a browser of `user` has set up; False where it is not set up, or not yet.

    Outside any transaction. Raises UnknownCard for somebody else's, gateway.Unknown.
    """
    try:
        setup = gateway.retrieve_setup(setup_id)
    except gateway.Refused as error:
        raise UnknownCard from error
    if not Customer.objects.filter(user=user, stripe_id=setup.customer_id).exists():
        raise UnknownCard
    apply(setup)
    return setup.status == "succeeded"


def settle(setup_id: str, *, event_pk: int) -> None:
    """Keep the card of a SetupIntent that an event of Stripe's is about; the event is processed.

    Outside any transaction. Raises UnknownSetup, gateway.Unknown, gateway.Refused.
    """
    apply(gateway.retrieve_setup(setup_id), event_pk=event_pk)


def apply(setup: gateway.Setup, *, event_pk: int | None = None) -> bool:
    """Keep the card of `setup`, as Stripe has it now, the first time that it is told of.

    One durable transaction; locks the customer. Returns whether it was the first time. Raises
    UnknownSetup for a customer that is none of ours.
    """
    with transaction.atomic(durable=True):
        customer = Customer.objects.filter(stripe_id=setup.customer_id or "").first()
        if customer is None:
            raise UnknownSetup(setup.id)
        first = setup.card is not None and _claim(setup, customer)
        if first and setup.card is not None:
            cards.keep(customer.stripe_id, setup.card)
        if event_pk is not None:
            stripe_events.mark_processed(event_pk)
    return first


def _claim(setup: gateway.Setup, customer: Customer) -> bool:
    """Whether nobody has kept the card of `setup` before; of two at once one waits for the other."""
    _row, made = CardSetup.objects.get_or_create(setup_id=setup.id, defaults={"customer": customer})
    return made
