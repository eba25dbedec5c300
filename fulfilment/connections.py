"""Who may report on a merchant's parcels: made, given a new secret, switched off and on."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now

from fulfilment.adapters import ADAPTERS
from fulfilment.models import CarrierConnection

OVERLAP = timedelta(hours=24)


def create(*, merchant_id: int, adapter: str, name: str) -> CarrierConnection:
    """A connection with a fresh secret, which whoever made it is shown once.

    Raises django.core.exceptions.ValidationError.
    """
    connection = CarrierConnection(merchant_id=merchant_id, adapter=adapter, name=name)
    connection.full_clean(exclude=["secret"])
    connection.secret = ADAPTERS[adapter].new_secret()
    connection.save()
    return connection


def edit(connection: CarrierConnection, *, name: str, enabled: bool) -> CarrierConnection:
    """Its name, and whether reports are taken. Raises ValidationError."""
    connection.name, connection.enabled = name, enabled
    connection.full_clean(exclude=["secret", "merchant"])
    connection.save(update_fields=["name", "enabled"])
    return connection


def rotate(connection: CarrierConnection) -> CarrierConnection:
    """Give it a new secret; what the old one signed is taken for another day."""
    CarrierConnection.objects.filter(pk=connection.pk).update(
        previous_secret=F("secret"),
        previous_secret_until=Now() + OVERLAP,
        secret=ADAPTERS[connection.adapter].new_secret(),
    )
    connection.refresh_from_db()
    return connection


def end_old_secret(connection: CarrierConnection) -> CarrierConnection:
    """From now on the newest secret is good alone; for one that others have seen."""
    CarrierConnection.objects.filter(pk=connection.pk).update(
        previous_secret="", previous_secret_until=None
    )
    connection.refresh_from_db()
    return connection
