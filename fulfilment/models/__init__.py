"""From a paid order to a parcel at the door."""

from __future__ import annotations

from fulfilment.models.carriers import CarrierConnection, CarrierMessage
from fulfilment.models.failures import CreditFailure, Failure, OpeningFailure
from fulfilment.models.fulfilment_orders import FulfilmentEvent, FulfilmentOrder
from fulfilment.models.invoices import Invoice, InvoiceCounter
from fulfilment.models.return_policies import ReturnPolicy
from fulfilment.models.returns import Return, ReturnEvent, ReturnLine, ReturnPhoto
from fulfilment.models.shipments import Shipment, ShipmentEvent, ShipmentLine, TrackingEvent

__all__ = [
    "CarrierConnection",
    "CarrierMessage",
    "CreditFailure",
    "Failure",
    "FulfilmentEvent",
    "FulfilmentOrder",
    "Invoice",
    "InvoiceCounter",
    "OpeningFailure",
    "Return",
    "ReturnEvent",
    "ReturnLine",
    "ReturnPhoto",
    "ReturnPolicy",
    "Shipment",
    "ShipmentEvent",
    "ShipmentLine",
    "TrackingEvent",
]
