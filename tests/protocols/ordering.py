"""An order that a platform's checkout session became, and the platform."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from checkout import session_wants
from checkout.models import CheckoutSession, Order, Refund, RefundPart
from checkout.session_wants import Wanted, WantedLine
from protocols.models import Platform
from tests.protocols.conftest import Agent
from tests.shops import Cast, cast


def met(agent: Agent) -> Platform:
    """The platform's row, after its first call."""
    agent.post("/ucp/v1/catalog/search", {})
    return Platform.objects.get(profile_url=agent.server.url)


def give(agent: Agent, order: Order) -> CheckoutSession:
    """Let `order` be what a session of the agent's became; it calls its lines li_0, li_1 …"""
    lines = [
        WantedLine(f"li_{place}", f"item {place}", line.variant.public_id, line.quantity)
        for place, line in enumerate(order.lines.select_related("variant"))
    ]
    session = CheckoutSession.objects.create(
        surface="ucp",
        principal=met(agent).principal,
        wanted=session_wants.kept(Wanted(tuple(lines))),
        order=order,
        expires_at=timezone.now() + timedelta(hours=1),
    )
    Order.objects.filter(pk=order.pk).update(idempotency_key=session.key)
    return session


@pytest.fixture
def world(transactional_db: None) -> Cast:
    world = cast()
    Refund.objects.all().delete()
    return world


@pytest.fixture
def order(world: Cast) -> Order:
    return world.order


def refunded(order: Order, *, pieces: int) -> Refund:
    line = order.lines.first()
    amount = pieces * line.unit_price
    refund = Refund.objects.create(
        payment=order.payments.get(), amount=amount, status="succeeded", reason="other"
    )
    RefundPart.objects.create(
        refund=refund,
        merchant=line.merchant,
        kind="line",
        line=line,
        quantity=pieces,
        amount=amount,
    )
    line.refunded_quantity = pieces
    line.save()
    return refund
