"""Cards that Stripe keeps for a person; we keep what may be shown of them."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from checkout import attempts, gateway
from checkout.errors import UnknownCard
from checkout.models import Customer, ReplacedCard, SavedCard
from shopping import waits
from webhooks import hints

DETACH = "checkout.detach_card"
AGAIN = timedelta(minutes=5)


def of(user: User) -> list[SavedCard]:
    """The person's cards, the one they used last first; one statement."""
    return list(SavedCard.objects.filter(customer__user=user).order_by("-is_default", "-id"))


def make_default(user: User, public_id: UUID) -> None:
    """Offer this card of `user` first from now on. Locks the customer.

    Raises UnknownCard if it is not theirs, or can pay nothing any more.
    """
    with transaction.atomic(durable=True):
        customer = Customer.objects.select_for_update(no_key=True).filter(user=user).first()
        card = customer.cards.filter(public_id=public_id).first() if customer else None
        if customer is None or card is None or card.is_expired:
            raise UnknownCard
        # Off before on: at no moment are there two.
        customer.cards.filter(is_default=True).update(is_default=False)
        customer.cards.filter(pk=card.pk).update(is_default=True)


def customer_of(user: User) -> str:
    """Stripe's id for `user`, who is made known to Stripe at the first need.

    Outside any transaction. Two at once make one customer: both use the same idempotency key.
    Raises gateway.Unknown, gateway.Refused.
    """
    known = Customer.objects.filter(user=user).values_list("stripe_id", flat=True).first()
    if known:
        return known
    stripe_id = gateway.create_customer(
        email=user.email or "",
        name=user.display_name,
        user_id=str(user.public_id),
        key=f"customer-{user.public_id}",
    )
    customer, _made = Customer.objects.get_or_create(user=user, defaults={"stripe_id": stripe_id})
    return customer.stripe_id


def keep(stripe_id: str, card: gateway.Card) -> None:
    """Keep what may be shown of a card that Stripe has attached to the customer `stripe_id`.

    In the caller's transaction. It becomes the one to offer first; the same card, saved again,
    takes the place of its older self, which a worker has Stripe forget after the commit. Nothing
    happens for a customer that is not ours.
    """
    customer = Customer.objects.select_for_update().filter(stripe_id=stripe_id).first()
    if customer is None:
        return
    # Kept again before a worker came to it.
    ReplacedCard.objects.filter(payment_method_id=card.payment_method_id).delete()
    printed: dict[str, Any] = {
        "brand": card.brand,
        "last4": card.last4,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
    }
    for older in customer.cards.filter(**printed).exclude(payment_method_id=card.payment_method_id):
        _let_go(older)
    customer.cards.filter(is_default=True).update(is_default=False)
    customer.cards.update_or_create(
        **printed, defaults={"payment_method_id": card.payment_method_id, "is_default": True}
    )


def _let_go(card: SavedCard) -> ReplacedCard:
    """Write down that Stripe is to forget the card as it is now saved. In the caller's transaction."""
    means = attempts.means_of(saved_card_id=card.pk)
    gone, _made = ReplacedCard.objects.get_or_create(
        payment_method_id=card.payment_method_id,
        defaults={
            "attempt_hash": attempts.hash_of(means),
            "next_attempt_at": timezone.now() + waits.HINT_TIME,
        },
    )
    hints.wake(DETACH, gone.pk)
    return gone


def detach(replaced_pk: int) -> None:
    """Let Stripe forget a card that was replaced or deleted; nothing where that is done.

    Outside any transaction. A card that a payment under way was made with is left for the next
    time. Raises gateway.Unknown; the sweep then tries again, and finds it refused if it was done.
    """
    replaced = ReplacedCard.objects.filter(pk=replaced_pk).first()
    if replaced is None:
        return
    ReplacedCard.objects.filter(pk=replaced_pk).update(next_attempt_at=timezone.now() + AGAIN)
    if attempts.is_under_way(replaced.attempt_hash):
        return
    # Refused: Stripe has forgotten it already.
    with suppress(gateway.Refused):
        gateway.detach(replaced.payment_method_id)
    ReplacedCard.objects.filter(pk=replaced_pk).delete()


def save(user: User, payment_method_id: str) -> SavedCard:
    """Attach a card to `user` at Stripe, and keep it.

    Outside any transaction. Raises UnknownCard for what is no card, gateway.Declined where its
    bank objects, gateway.Unknown.
    """
    customer_id = customer_of(user)
    try:
        card = gateway.attach(payment_method_id, customer_id=customer_id)
    except gateway.Refused as error:
        raise UnknownCard from error
    if card is None:
        raise UnknownCard
    with transaction.atomic(durable=True):
        keep(customer_id, card)
    return SavedCard.objects.get(payment_method_id=card.payment_method_id)


def forget(user: User, public_id: UUID) -> None:
    """Delete a card of `user` here, and let Stripe forget it after that. Locks the customer.

    Here it is gone at once; a worker tells Stripe, as often as it takes. The newest that can pay
    takes the place of a default. Raises UnknownCard if it is not theirs.
    """
    with transaction.atomic(durable=True):
        customer = Customer.objects.select_for_update(no_key=True).filter(user=user).first()
        card = customer.cards.filter(public_id=public_id).first() if customer else None
        if customer is None or card is None:
            raise UnknownCard
        _let_go(card)
        card.delete()
        if card.is_default:
            left = customer.cards.order_by("-id")
            newest = next((each for each in left if not each.is_expired), None)
            if newest:
                customer.cards.filter(pk=newest.pk).update(is_default=True)
