"""From a paid order to a parcel at the door."""

from __future__ import annotations

from fulfilment.models.carriers import CarrierConnection, CarrierMessage
from fulfilment.models.failures import CreditFailure, Failure, OpeningFailure
from fulfilment.models.fulfilment_orders import FulfilmentEvent, FulfilmentOrder
from fulfilment.models.invoices import Invoice, InvoiceCounter
from fulfilment.models.late import LateReminder
from fulfilment.models.return_policies import ReturnPolicy
from fulfilment.models.returns import Return, ReturnEvent, ReturnLine, ReturnPhoto
from fulfilment.models.shipments import Shipment, ShipmentEvent, ShipmentLine, TrackingEvent
from fulfilment.models.talk import InternalNote, ShopMessage
from fulfilment.models.views import SavedView
from fulfilment.models.words import PartWords

__all__ = [
    "CarrierConnection",
    "CarrierMessage",
    "CreditFailure",
    "Failure",
    "FulfilmentEvent",
    "FulfilmentOrder",
    "InternalNote",
    "Invoice",
    "InvoiceCounter",
    "LateReminder",
    "OpeningFailure",
    "PartWords",
    "Return",
    "ReturnEvent",
    "ReturnLine",
    "ReturnPhoto",
    "ReturnPolicy",
    "SavedView",
    "Shipment",
    "ShipmentEvent",
    "ShipmentLine",
    "ShopMessage",
    "TrackingEvent",
]
