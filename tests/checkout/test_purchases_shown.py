"""What is bought shows interests of whoever allows it, and of nobody else."""

from __future__ import annotations

from django.conf import settings

from checkout.tasks import note_purchases_for_event
from feeds import interests
from feeds.models import Evidence
from tests.shops import cast
from webhooks.models import Event


def test_a_paid_order_shows_interests_once_it_is_allowed(db: None) -> None:
    world = cast()
    event = Event.objects.filter(type="order.paid").first()
    assert note_purchases_for_event.name in settings.EVENT_TASKS["order.paid"]
    note_purchases_for_event(event.pk)
    assert not Evidence.objects.exists()
    interests.allow_purchases(world.mai, allowed=True)
    for _hint in range(2):
        note_purchases_for_event(event.pk)
    rows = Evidence.objects.filter(interest__user=world.mai, kind="purchase")
    # One piece a line, of what both flip-flops are.
    assert set(rows.values_list("interest__topic", flat=True)) >= {"shoes"}
    assert rows.filter(interest__topic="shoes").count() == 2
