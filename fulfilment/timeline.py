"""All that happened to a part of an order, in one list, as its shop reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import OutgoingMail, User
from checkout import ledger, order_words
from checkout.models import Order, Refund
from fulfilment.models import FulfilmentOrder, Shipment, ShipmentEvent, TrackingEvent
from shopping.money import Money
from shopping.templatetags.money import money

# Mails that are about one shop's part, or about the whole order and tell nothing of its shops.
MAILS = (
    *("receipt", "new_order", "shipped", "cancelled", "part_cancelled", "shop_message"),
    *("out_for_delivery", "delivered", "delivery_failed", "refunded"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened when; `text` is in people's own words, `who` did it. `sort` names the sort."""

    at: datetime
    sort: str
    title: str
    text: str = ""
    who: str = ""


def of(part: FulfilmentOrder) -> list[Entry]:
    """Oldest first; a constant number of statements and one for each refund."""
    order = part.order
    refunds = [(refund, amount) for refund, amount in _refunds(part) if amount]
    found = [
        *_of_order(order),
        *_of_part(part),
        *_of_parcels(part),
        *_of_refunds(refunds, order),
        *_of_papers(part),
        *_of_writings(part),
        *_of_mails(part, [refund for refund, _amount in refunds]),
    ]
    return sorted(found, key=lambda entry: entry.at)


def _name(user: User | None) -> str:
    return user.display_name or user.handle if user else ""


def _of_order(order: Order) -> Iterator[Entry]:
    for event in order.history.filter(type__startswith="order.").select_related("actor"):
        yield Entry(event.created_at, "order", order_words.happened(event.type))


def _of_part(part: FulfilmentOrder) -> Iterator[Entry]:
    for event in part.history.select_related("actor"):
        title = event.get_status_display()
        yield Entry(event.created_at, "step", title, event.note, _name(event.actor))


def _of_parcels(part: FulfilmentOrder) -> Iterator[Entry]:
    """What its carrier says of a parcel, and each step and correction that nobody but the shop knows
    of: a step that the carrier reported stands there once, in the carrier's words."""
    reported = set()
    told: QuerySet[TrackingEvent] = TrackingEvent.objects.filter(shipment__fulfilment_order=part)
    for report in told.select_related("shipment"):
        if report.shipment is None:
            continue
        reported.add((report.shipment_id, report.moves_to, report.happened_at))
        title = _parcel(report.shipment, report.get_moves_to_display() or report.status)
        text = ", ".join(filter(None, [report.description, report.place]))
        yield Entry(report.happened_at, "parcel", title, text, report.shipment.carrier)
    steps = ShipmentEvent.objects.filter(shipment__fulfilment_order=part)
    for step in steps.select_related("shipment", "actor"):
        if step.actor is None and (step.shipment_id, step.status, step.happened_at) in reported:
            continue
        title = _parcel(step.shipment, step.get_status_display())
        yield Entry(step.happened_at, "parcel", title, step.note, _name(step.actor))


def _parcel(shipment: Shipment, news: str) -> str:
    return _("Parcel %(parcel)s: %(news)s") % {"parcel": shipment, "news": news}


def _refunds(part: FulfilmentOrder) -> Iterator[tuple[Refund, int]]:
    """Refunds with what they take of this shop's part, minor units."""
    made = Refund.objects.filter(payment__order=part.order_id).select_related("payment")
    for refund in made.order_by("id"):
        amount, _fee = ledger.taken_by(refund).get(part.merchant_id, (0, 0))
        yield refund, amount


def _of_refunds(refunds: Sequence[tuple[Refund, int]], order: Order) -> Iterator[Entry]:
    for refund, amount in refunds:
        shown = money(Money(amount, order.currency))
        why = order_words.REASONS.get(refund.reason, refund.reason)
        title = _("Refund of %(amount)s, %(state)s") % {
            "amount": shown,
            "state": refund.get_status_display(),
        }
        yield Entry(refund.created_at, "refund", title, str(why))


def _of_papers(part: FulfilmentOrder) -> Iterator[Entry]:
    for paper in part.invoices.all():
        yield Entry(paper.issued_at, "paper", f"{paper.get_kind_display()} {paper.number}")


def _of_writings(part: FulfilmentOrder) -> Iterator[Entry]:
    for note in part.internal_notes.select_related("author"):
        title = _("Internal note")
        yield Entry(note.created_at, "note", title, note.text, _name(note.author))
    for message in part.messages.select_related("author"):
        title = _("Message to the shopper")
        yield Entry(message.created_at, "message", title, message.text, _name(message.author))


def _of_mails(part: FulfilmentOrder, refunds: Sequence[Refund]) -> Iterator[Entry]:
    """Those to the shopper and to this shop, and nobody else's."""
    order, shop = part.order, part.merchant
    about = [
        *(order.public_id, part.public_id),
        *part.shipments.values_list("public_id", flat=True),
        *part.messages.values_list("public_id", flat=True),
        *(refund.public_id for refund in refunds),
    ]
    found = OutgoingMail.objects.filter(
        kind__in=MAILS,
        reference__in=[str(each) for each in about],
        to__in=[order.email, shop.email],
    )
    for mail in found.only("kind", "subject", "to", "sent_at", "created_at", "next_attempt_at"):
        title = _("Mail to the shopper") if mail.to == order.email else _("Mail to the shop")
        yield Entry(mail.sent_at or mail.created_at, "mail", title, _subject(mail))


def _subject(mail: OutgoingMail) -> str:
    # Its own subject names the whole amount, of which another shop may bear a part.
    subject = _("about the refund") if mail.kind == "refunded" else mail.subject
    if mail.sent_at:
        return subject
    waits = _("not sent yet") if mail.next_attempt_at else _("given up: it could not be delivered")
    return f"{subject} ({waits})"
