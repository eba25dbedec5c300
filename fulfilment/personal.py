"""What the tables of fulfilment hold of people, and how it is taken out of parts, papers and events."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.storage import Storage
from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from checkout.models import Order, OrderLine
from checkout.personal import BOOKS
from fulfilment.models import (
    CarrierConnection,
    CarrierMessage,
    CreditFailure,
    FulfilmentEvent,
    FulfilmentOrder,
    InternalNote,
    Invoice,
    InvoiceCounter,
    LateReminder,
    OpeningFailure,
    PartWords,
    Return,
    ReturnEvent,
    ReturnLine,
    ReturnPhoto,
    ReturnPolicy,
    SavedView,
    Shipment,
    ShipmentEvent,
    ShipmentLine,
    ShopMessage,
    TrackingEvent,
)
from shopping.personal import GONE, NOWHERE, Blocker, Fate, Table, nobodys, taking_out
from webhooks.models import Event
from webhooks.personal import without_person

OF_PART = ("fulfilment_order__order__user",)
AS_PART = "as long as the part of the order"
# What an invoice has to show of its buyer, and shows on; its e-mail address is none of that.
INVOICED = ("name", "line1", "line2", "postal_code", "city", "region", "country")
LAW = (
    "invoices show their buyer's name and address (Directive 2006/112/EC, article 226) and are kept for"
    " ten years (Code de commerce, article L123-22)"
)
# By the words of the order alone: those of its goods stay.
UNFIND = """
UPDATE fulfilment_partwords found SET words = ts_delete(
    found.words,
    ARRAY['=e' || lower(orders.email)]
    || tsvector_to_array(to_tsvector('etal_plain'::regconfig, orders.name)))
FROM fulfilment_fulfilmentorder part JOIN checkout_order orders ON orders.id = part.order_id
WHERE found.part_id = part.id AND orders.user_id = %s
"""


def unfind(person: User) -> None:
    """No part is found by their name or address any more."""
    with connection.cursor() as cursor:
        cursor.execute(UNFIND, [person.pk])


def unname_invoices(person: User) -> None:
    """Take the e-mail address off their invoices; what the law wants on them stays."""
    theirs = Invoice.objects.filter(fulfilment_order__order__user=person)
    for invoice in theirs.exclude(buyer__email=NOWHERE).iterator():
        with taking_out():
            buyer = {**invoice.buyer, "email": NOWHERE}
            Invoice.objects.filter(pk=invoice.pk).update(buyer=buyer)


def empty_writings(person: User) -> None:
    """What shops wrote to them and about them."""
    for model in (InternalNote, ShopMessage):
        with taking_out():
            about = model.objects.filter(part__order__user=person)
            about.exclude(text=GONE).update(text=GONE)


def unname_events(person: User) -> None:
    """Take them out of what the log says of their orders; subscribers who read it again see no name."""
    for order in Order.objects.filter(user=person).iterator():
        shops = OrderLine.objects.filter(order=order).values("merchant")
        key = str(order.public_id)
        told = Event.objects.filter(
            Q(payload__order__id=key) | Q(payload__order=key),
            Q(merchant__in=shops) | Q(merchant=None),
            created_at__gte=order.placed_at,
        )
        for event in told.iterator():
            payload = without_person(event.payload)
            if payload != event.payload:
                Event.objects.filter(pk=event.pk).update(payload=payload)


def photo_of(photo: ReturnPhoto) -> Iterable[tuple[Storage, str]]:
    return [(photo.file.storage, str(photo.file.name))]


def _parcels(person: User) -> list[Blocker]:
    """Parcels that are not there yet, and goods that are on their way back."""
    here = reverse("checkout:orders")
    there = ("delivered", "cancelled")
    parts = FulfilmentOrder.objects.filter(order__user=person).exclude(status__in=there)
    waiting = Order.objects.filter(user=person, status="paid", fulfilment_opened_at=None)
    found = []
    if parts.exists() or waiting.exists():
        says = _(
            "An order of yours has not arrived yet. Wait for it, or cancel it where it has not been sent."
        )
        found.append(Blocker(says, here))
    back = Return.objects.filter(fulfilment_order__order__user=person)
    if back.filter(status__in=("requested", "approved", "received")).exists():
        says = _("A return of yours is not finished. Wait for its refund, or withdraw it.")
        found.append(Blocker(says, here))
    return found


BLOCKERS = (_parcels,)
TABLES = (
    Table(
        model=PartWords,
        fate=Fate.WITHOUT,
        erase=unfind,
        kept=AS_PART,
        why="the shop finds its orders by their goods",
    ),
    Table(
        model=InternalNote,
        fate=Fate.WITHOUT,
        acted=("author",),
        erase=empty_writings,
        kept=AS_PART,
        why="who wrote, and when, is the shop's",
    ),
    Table(
        model=ShopMessage,
        fate=Fate.WITHOUT,
        own=("part__order__user",),
        acted=("author",),
        hidden=("author", "key"),
        erase=empty_writings,
        kept=AS_PART,
        why="who wrote, and when, is the shop's",
    ),
    Table(
        model=ReturnPhoto,
        fate=Fate.DELETE,
        own=("parent__fulfilment_order__order__user",),
        files=photo_of,
        kept="as long as the return",
    ),
    Table(
        model=ReturnLine,
        fate=Fate.KEEP,
        own=("parent__fulfilment_order__order__user",),
        kept="ten years at least",
        why=BOOKS,
    ),
    Table(
        model=ReturnEvent,
        fate=Fate.WITHOUT,
        own=("parent__fulfilment_order__order__user",),
        acted=("actor",),
        without={"note": ""},
        hidden=("actor",),
        kept="ten years at least",
        why=BOOKS,
    ),
    Table(
        model=Return,
        fate=Fate.WITHOUT,
        own=OF_PART,
        without={"words": "", "answer": "", "instructions": ""},
        hidden=("key",),
        kept="ten years at least",
        why=BOOKS,
    ),
    Table(
        model=TrackingEvent,
        fate=Fate.DELETE,
        own=("shipment__fulfilment_order__order__user",),
        kept="as long as the parcel",
    ),
    Table(
        model=ShipmentEvent,
        fate=Fate.WITHOUT,
        own=("shipment__fulfilment_order__order__user",),
        acted=("actor",),
        without={"note": ""},
        hidden=("actor",),
        kept="ten years at least",
        why=BOOKS,
    ),
    Table(
        model=ShipmentLine,
        fate=Fate.KEEP,
        own=("shipment__fulfilment_order__order__user",),
        kept="ten years at least",
        why=BOOKS,
    ),
    Table(
        model=Shipment,
        fate=Fate.WITHOUT,
        own=OF_PART,
        without={"tracking_number": "", "tracking_code": "", "tracking_url": ""},
        hidden=("key",),
        kept="ten years at least",
        why=BOOKS,
    ),
    Table(
        model=FulfilmentEvent,
        fate=Fate.WITHOUT,
        own=OF_PART,
        acted=("actor",),
        without={"note": ""},
        hidden=("actor",),
        kept="ten years at least",
        why=BOOKS,
    ),
    Table(
        model=Invoice,
        fate=Fate.WITHOUT,
        own=OF_PART,
        erase=unname_invoices,
        kept="always; its buyer for ten full years",
        sweep="fulfilment.sweep_old_buyers",
        why=LAW,
    ),
    Table(
        model=FulfilmentOrder,
        fate=Fate.KEEP,
        own=("order__user",),
        erase=unname_events,
        kept="ten years at least",
        why=BOOKS,
    ),
    Table(model=SavedView, fate=Fate.DELETE, own=("author",), kept="until it is deleted"),
    *nobodys(
        CarrierMessage,
        kept="30 days after it was read",
        sweep="fulfilment.sweep_old_carrier_messages",
    ),
    *nobodys(CarrierConnection, ReturnPolicy, kept="as long as the shop"),
    *nobodys(InvoiceCounter, kept="ten years at least"),
    *nobodys(OpeningFailure, kept="until it is done", sweep="fulfilment.sweep_paid_orders"),
    *nobodys(CreditFailure, kept="until it is done", sweep="fulfilment.sweep_credit_notes"),
    *nobodys(LateReminder, kept="as long as a part is late", sweep="fulfilment.sweep_late_orders"),
)
