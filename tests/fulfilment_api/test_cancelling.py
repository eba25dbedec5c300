"""Cancelling by the API: looked at first, done as it was seen, and once."""

from __future__ import annotations

import pytest

from catalogue.models import StockMovement
from checkout.models import Refund
from partners import keys
from partners.scopes import FOR_SHOPS
from tests.fulfilment_api.test_dispatching import pieces, sent

pytestmark = pytest.mark.django_db


def path(part) -> str:
    return f"/api/v1/fulfilment-orders/{part.public_id}/cancellation/"


def cancelled(plage, part, amount: int, key: str = "a", **headers: str):
    body = {"amount": {"amount": amount, "currency": "EUR"}}
    return plage("post", path(part), body, **{"Idempotency-Key": key, **headers})


def test_what_was_seen_goes_back_once(plage, world, part):
    seen = plage("get", path(part)).json()
    assert seen == {
        "possible": True,
        "amount": {"amount": 7370, "currency": "EUR"},
        "lines": [
            {
                "variant_id": str(world.plage.variant.public_id),
                "sku": "plage-41",
                "title": "Plage flip-flops",
                "quantity": 2,
            }
        ],
    }
    before = StockMovement.objects.count()
    done = cancelled(plage, part, 7370)
    assert (done.status_code, done.json()["status"]) == (200, "cancelled")
    assert cancelled(plage, part, 7370, key="b").json()["status"] == "cancelled"
    [refund] = Refund.objects.filter(payment__order=part.order)
    assert (refund.amount, refund.reason) == (7370, "shop")
    assert StockMovement.objects.count() == before + 1
    after = plage("get", path(part)).json()
    assert (after["possible"], after["amount"]["amount"], after["lines"]) == (False, 0, [])


def test_another_amount_than_was_seen_changes_nothing(plage, part):
    refused = cancelled(plage, part, 7369)
    assert (refused.status_code, refused.json()["code"]) == (409, "changed")
    assert cancelled(plage, part, 7370, **{"If-Match": '"another"'}).status_code == 412
    part.refresh_from_db()
    assert part.status == "open"
    assert not Refund.objects.filter(payment__order=part.order).exists()


def test_of_what_has_left_the_rest_is_cancelled(plage, world, part):
    sent(plage, part, {"carrier": "DHL", "lines": pieces(world, 1)})
    assert plage("get", path(part)).json()["amount"]["amount"] == 3490
    done = cancelled(plage, part, 3490).json()
    assert (done["status"], done["lines"][0]["to_send"]) == ("shipped", 0)


def test_what_has_left_is_not_cancelled(plage, part):
    sent(plage, part, {"carrier": "DHL"})
    assert plage("get", path(part)).json()["possible"] is False
    refused = cancelled(plage, part, 7370)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_late")


def test_it_needs_a_key_of_its_own_and_the_right_to_refund(client, plage, world, part):
    body = {"amount": {"amount": 7370, "currency": "EUR"}}
    assert plage("post", path(part), body).json()["code"] == "idempotency_key_required"
    _row, secret = keys.make(
        name="Packer",
        scopes=FOR_SHOPS - {"refunds:write"},
        made_by=world.plage.owner,
        merchant=world.plage.merchant,
    )
    given = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "a"}
    refused = client.post(path(part), body, content_type="application/json", headers=given)
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    part.refresh_from_db()
    assert part.status == "open"
