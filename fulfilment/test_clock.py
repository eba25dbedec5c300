"""The clock of a test space: what waits there waits less, and nothing else is moved."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from catalogue import drops
from catalogue.models import Merchant
from checkout import nearer, sweeps
from fulfilment import fulfilment_orders, returns
from fulfilment.steps import TransitionRefused
from webhooks import deliveries

log = logging.getLogger(__name__)

LONGEST = timedelta(days=90)


class ClockRefused(Exception):
    """Nothing was moved."""

    code = "clock_refused"


@dataclass(frozen=True, slots=True)
class Advanced:
    """How many of each were moved nearer, and how many of what was due then were seen to."""

    reservations: int
    deliveries: int
    drops: int
    returns: int
    expired: int
    settled: int
    refunded: int
    opened: int
    returns_expired: int


def advance(twin: Merchant, *, by: timedelta) -> Advanced:
    """Let `by` pass in a test space: its waiting times come nearer, and what is due then is done.

    Each noun moves its own rows, of this space alone, in one transaction; then the verbs of the
    sweeps run, outside of any. What is due for webhooks the courier finds by itself. Raises
    ClockRefused for what is no test space, and for less than a second or more than LONGEST.
    """
    if not twin.is_test:
        raise ClockRefused(_("Only a test space has a clock that can be moved."))
    if not timedelta(seconds=1) <= by <= LONGEST:
        raise ClockRefused(_("A clock is moved by a second to 90 days."))
    with transaction.atomic():
        reservations = nearer.bring_nearer(twin.pk, by=by)
        opening = drops.bring_nearer(twin.pk, by=by)
        coming = returns.bring_nearer(twin.pk, by=by)
        waiting = deliveries.bring_nearer(twin.pk, by=by)
    return Advanced(
        reservations=reservations,
        deliveries=waiting,
        drops=opening,
        returns=coming,
        settled=sweeps.payments_due(test_shop_id=twin.pk),
        expired=sweeps.reservations_due(test_shop_id=twin.pk),
        refunded=sweeps.refunds_due(test_shop_id=twin.pk),
        opened=_open(twin),
        returns_expired=_expire_returns(twin),
    )


def _open(twin: Merchant) -> int:
    return sum(
        bool(fulfilment_orders.open_for(order_id))
        for order_id in fulfilment_orders.unopened(test_shop_id=twin.pk)
    )


def _expire_returns(twin: Merchant) -> int:
    count = 0
    for row in returns.overdue(test_shop_id=twin.pk):
        try:
            returns.expire(row)
        except TransitionRefused:
            log.info("return %s moved on before it was closed", row.public_id)
        else:
            count += 1
    return count
