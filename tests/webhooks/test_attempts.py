"""The log of attempts does not grow for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from webhooks import attempts, endpoints
from webhooks.models import Attempt
from webhooks.tasks import sweep_attempts

pytestmark = pytest.mark.django_db(transaction=True)


def test_old_attempts_are_forgotten_and_young_ones_kept(plage, on_its_way, monkeypatch):
    monkeypatch.setattr(attempts, "BATCH", 2)
    delivery = on_its_way(endpoints.create("https://plage.example/", merchant_id=plage.pk))
    for days in (40, 35, 31, 29, 1):
        Attempt.objects.create(
            delivery=delivery,
            started_at=timezone.now() - timedelta(days=days),
            milliseconds=days,
        )
    sweep_attempts()
    assert list(Attempt.objects.order_by("pk").values_list("milliseconds", flat=True)) == [29, 1]
    assert attempts.forget_old() == 0
