"""Every event that a webhook can tell can be made to happen in a test space, truly where it can be."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from catalogue.models import Merchant, StockMovement
from checkout.models import Order, Payment
from fulfilment import test_events
from fulfilment.test_events import TriggerRefused, trigger
from tests.buying import Sandbox
from webhooks import samples
from webhooks.models import Event
from webhooks.types import TYPES

# What can be played without a payment.
FREE = {
    *("order.placed", "order.cancelled"),
    *("product.created", "product.updated", "stock.changed"),
}
# Members that a payload has in some states alone.
NOW_AND_THEN = {"product.updated": {"actor"}}


def members(value: Any) -> Any:
    """The names in a payload, of a list those of its first thing."""
    if isinstance(value, dict):
        return {name: members(inner) for name, inner in value.items() if name != "options"}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [members(value[0])]
    return None


def test_each_type_has_its_play_and_its_sample():
    assert set(test_events.PLAYS) == TYPES
    assert set(samples.PAYLOADS) == TYPES


@pytest.mark.django_db(transaction=True)
def test_each_type_happens_with_the_payload_that_is_documented(
    twin: Merchant, plage: Merchant, sandbox: Sandbox
) -> None:
    wrong = []
    for type_ in sorted(TYPES):
        made = trigger(twin, type_)
        if made.is_sample or not made.happened:
            wrong.append(f"{type_} did not happen")
            continue
        event = made.happened[0]
        told, sample = members(event.payload), members(samples.PAYLOADS[type_])
        if isinstance(told.get("changes"), dict):
            told["changes"] = sample["changes"]
        if told.get("refund") and isinstance(told["refund"], dict):
            told["refund"] = None
        if told != sample:
            wrong.append(f"{type_} holds {told}, and not {sample}")
    assert not wrong, "\n".join(wrong)
    assert not Event.objects.exclude(merchant=twin).exists()
    assert not Order.objects.exclude(test_shop=twin).exists()
    assert not StockMovement.objects.exclude(variant__merchant=twin).exists()
    assert sandbox.intents() == []


@pytest.mark.django_db(transaction=True)
def test_without_keys_of_test_mode_what_needs_a_payment_is_a_marked_sample(
    twin: Merchant, sandbox: Sandbox, settings: Any
) -> None:
    settings.STRIPE_TEST_SECRET_KEY = ""
    for type_ in sorted(TYPES):
        made = trigger(twin, type_)

        assert made.is_sample is (type_ not in FREE), type_
        [event] = made.happened[:1]
        assert event.merchant == twin
        if made.is_sample:
            assert event.payload["sample"] is True
            assert members(event.payload) == {
                **members(samples.PAYLOADS[type_]),
                "sample": None,
            }
            assert UUID(event.subject)
    assert not Payment.objects.exclude(status__in=("created", "cancelled")).exists()


@pytest.mark.django_db
def test_a_sample_names_the_space_and_nothing_that_exists(twin: Merchant) -> None:
    payload = samples.payload("fulfilment_order.opened", merchant=str(twin.public_id))

    assert payload["merchant"] == str(twin.public_id)
    assert payload["id"] != payload["order"]["id"]
    assert samples.PAYLOADS["fulfilment_order.opened"]["id"] == ""


@pytest.mark.django_db
def test_a_real_shop_has_no_events_for_the_asking(plage: Merchant) -> None:
    with pytest.raises(TriggerRefused):
        trigger(plage, "stock.changed")
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_type_that_no_event_has(twin: Merchant) -> None:
    with pytest.raises(TriggerRefused, match="no event type"):
        trigger(twin, "order.eaten")
