"""Subscribers' addresses: made, given a new secret, switched off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from webhooks.models import Delivery, Endpoint
from webhooks.signing import new_secret

OVERLAP = timedelta(hours=24)


def create(url: str, *, merchant_id: int | None, types: Iterable[str] = ()) -> Endpoint:
    """Subscribe `url` to a merchant's events of `types` (none given: all of them).

    `merchant_id` None is the operator's endpoint, which hears of every merchant's.

    Raises django.core.exceptions.ValidationError for an address or a type that will not do.
    """
    endpoint = Endpoint(url=url, merchant_id=merchant_id, types=sorted(set(types)))
    endpoint.full_clean()
    endpoint.save()
    return endpoint


def edit(endpoint: Endpoint, *, url: str, types: Iterable[str], active: bool) -> Endpoint:
    """Set where an endpoint is, what it hears of, and whether it does.

    Switching it off ends what is on its way to it. Raises ValidationError as `create` does.
    """
    endpoint.url, endpoint.types = url, sorted(set(types))
    endpoint.full_clean(exclude=["merchant"])
    with transaction.atomic():
        endpoint.active = active
        endpoint.save(update_fields=["url", "types", "active"])
        if not active:
            give_up(endpoint)
    return endpoint


def rotate(endpoint: Endpoint) -> Endpoint:
    """Give it a new secret; the old one signs beside it for another day."""
    Endpoint.objects.filter(pk=endpoint.pk).update(
        previous_secret=F("secret"),
        previous_secret_until=Now() + OVERLAP,
        secret=new_secret(),
    )
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic
def deactivate(endpoint: Endpoint) -> None:
    """Switch it off and stop what is on its way to it."""
    Endpoint.objects.filter(pk=endpoint.pk).update(active=False)
    give_up(endpoint)


def give_up(endpoint: Endpoint) -> None:
    """End its waiting deliveries; for an endpoint that is switched off."""
    Delivery.objects.filter(endpoint=endpoint, status=Delivery.Status.PENDING).update(
        status=Delivery.Status.FAILED, next_attempt_at=None
    )
