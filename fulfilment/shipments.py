"""Parcels that left a merchant."""

from __future__ import annotations

from fulfilment.carriers import tracking_url
from fulfilment.models import FulfilmentOrder, Shipment


def create(fulfilment_order: FulfilmentOrder, *, carrier: str, tracking_number: str) -> Shipment:
    """Write the parcel with its tracking link, in the caller's transaction.

    Raises django.core.exceptions.ValidationError for a missing carrier or overlong words.
    """
    shipment = Shipment(
        fulfilment_order=fulfilment_order,
        carrier=carrier.strip(),
        tracking_number=" ".join(tracking_number.split()),
        tracking_url=tracking_url(carrier, tracking_number),
    )
    shipment.full_clean(exclude=["fulfilment_order"])
    shipment.save()
    return shipment
