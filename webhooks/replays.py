"""Sends what happened in a span of time to an endpoint once more, in batches."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max, Min, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from shopping.hints import wake_soon
from webhooks.deliveries import EndpointOff, take_sequences
from webhooks.models import Delivery, Endpoint, Event, Replay
from webhooks.types import TEST

WORKER = "webhooks.sweep_replays"
BATCH = 500
ONE_AT_A_TIME = "replay_one_at_a_time"


class ReplayUnderWay(Exception):
    """Another replay to this webhook is under way; ask again when it is finished."""


class NothingHappened(Exception):
    """Nothing that the webhook subscribes to happened in that time."""


def plan(
    endpoint: Endpoint, *, since: datetime, until: datetime, asked_by: User | None = None
) -> Replay:
    """The replay that `ask` would write, unsaved; raises what `ask` does."""
    if not endpoint.active:
        raise EndpointOff(_("This webhook is switched off."))
    if Replay.objects.filter(endpoint=endpoint, finished_at=None).exists():
        raise _under_way()
    span = _heard(endpoint, since=since, until=until).aggregate(
        first=Min("sequence"), last=Max("sequence")
    )
    replay = Replay(
        endpoint=endpoint,
        since=since,
        until=until,
        done_to=(span["first"] or 1) - 1,
        last=span["last"] or 0,
        asked_by=asked_by,
    )
    # Whether one is under way was asked above, and the constraint says it to who comes at once.
    replay.full_clean(exclude=["endpoint"])
    if span["last"] is None:
        raise NothingHappened(_("Nothing that it subscribes to happened in that time."))
    return replay


def ask(endpoint: Endpoint, *, since: datetime, until: datetime, asked_by: User | None) -> Replay:
    """Have all that `endpoint` subscribes to and that happened in [since, until) sent once more.

    What it was sent keeps message id and sequence; what it was never sent, for it was switched off
    or not there yet, gets the next numbers. Returns the row that workers work off. Raises
    EndpointOff where it is switched off, ReplayUnderWay where another one to it is under way or
    began in this moment, ValidationError where the span is none, NothingHappened where it is empty.
    """
    replay = plan(endpoint, since=since, until=until, asked_by=asked_by)
    try:
        with transaction.atomic():
            replay.save()
            wake_soon(WORKER)
    except IntegrityError as refusal:
        if ONE_AT_A_TIME in str(refusal):
            raise _under_way() from refusal
        raise
    return replay


def work_off() -> bool:
    """One batch of the oldest replay that nobody is at; whether there was one.

    The batch and how far the replay has come are one transaction, so a worker that dies repeats
    nothing and skips nothing. Locks the replay, its endpoint, then deliveries in key order.
    """
    with transaction.atomic():
        replay = (
            Replay.objects.select_for_update(skip_locked=True, no_key=True)
            .filter(finished_at=None)
            .order_by("pk")
            .first()
        )
        if replay is None:
            return False
        endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=replay.endpoint_id)
        heard = _heard(endpoint, since=replay.since, until=replay.until)
        events = list(
            heard.filter(sequence__gt=replay.done_to, sequence__lte=replay.last)
            .order_by("sequence")
            .values_list("pk", "sequence")[:BATCH]
        )
        if not events or not endpoint.active:
            replay.finished_at = timezone.now()
        else:
            _send(endpoint, [pk for pk, _sequence in events])
            replay.done_to = events[-1][1] or replay.last
            replay.sent += len(events)
        replay.save(update_fields=["done_to", "sent", "finished_at"])
    return True


def _under_way() -> ReplayUnderWay:
    return ReplayUnderWay(_("A replay to this webhook is still under way."))


def _heard(endpoint: Endpoint, *, since: datetime, until: datetime) -> QuerySet[Event]:
    """What happened then and is for this endpoint; the same that the fan-out gives it."""
    if endpoint.form:  # It subscribes to nothing.
        return Event.objects.none()
    mine = Q(merchant_id=endpoint.merchant_id)
    if endpoint.merchant_id is None:
        mine = Q(merchant__test_of=None)
    if endpoint.types:
        mine &= Q(type__in=endpoint.types)
    span = Event.objects.filter(mine, created_at__gte=since, created_at__lt=until)
    return span.exclude(type=TEST).exclude(sequence=None)


def _send(endpoint: Endpoint, events: list[int]) -> None:
    """Make the deliveries of these events due, and write those that are not there."""
    there = dict(
        Delivery.objects.select_for_update(no_key=True)
        .filter(endpoint=endpoint, event_id__in=events)
        .order_by("pk")
        .values_list("event_id", "pk")
    )
    Delivery.objects.filter(pk__in=there.values()).update(
        status=Delivery.Status.PENDING, attempts=0, next_attempt_at=Now()
    )
    missing = [pk for pk in events if pk not in there]
    if missing:
        first = take_sequences(endpoint.pk, len(missing))
        Delivery.objects.bulk_create(
            Delivery(event_id=pk, endpoint=endpoint, sequence=number, next_attempt_at=Now())
            for number, pk in enumerate(missing, first)
        )
