"""Test keys: they act in the test space and nowhere else, and no live key acts there."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from catalogue import merchants
from catalogue.models import Merchant
from partners import keys
from partners.models import ApiKey, Partner
from tests.buying import Sandbox
from tests.shops import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner(db: None) -> User:
    return person("owner")


def secret_of(merchant: Merchant, owner: User, *, live: bool) -> str:
    made = keys.make(
        name="Key", scopes=["products:read"], made_by=owner, merchant=merchant, live=live
    )
    return made[1]


def post(client: Client, path: str, body: Any, secret: str) -> Any:
    return client.post(
        f"/api/v1/test/{path}",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )


def test_a_test_key_makes_something_happen(
    client: Client, twin: Merchant, owner: User, sandbox: Sandbox
) -> None:
    secret = secret_of(twin, owner, live=False)

    answer = post(client, "events/", {"type": "order.paid"}, secret)

    assert answer.status_code == 201
    told = answer.json()
    assert told["sample"] is False
    [event] = told["events"]
    assert (event["type"], event["data"]["status"]) == ("order.paid", "paid")
    assert event["id"].startswith("evt_")


def test_a_test_key_moves_its_clock(client: Client, twin: Merchant, owner: User) -> None:
    secret = secret_of(twin, owner, live=False)
    post(client, "events/", {"type": "order.placed"}, secret)

    answer = post(client, "clock/advance/", {"seconds": 3600}, secret)

    assert answer.status_code == 200
    assert answer.json()["moved"] == {
        "reservations": 1,
        "deliveries": 0,
        "drops": 0,
        "returns": 0,
    }
    assert answer.json()["done"]["expired"] == 1


@pytest.mark.parametrize("seconds", [0, -5, 7_776_001, "soon", None])
def test_a_clock_takes_no_other_time(
    client: Client, twin: Merchant, owner: User, seconds: Any
) -> None:
    secret = secret_of(twin, owner, live=False)

    answer = post(client, "clock/advance/", {"seconds": seconds}, secret)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/seconds"


def test_an_unknown_type_is_said_to_be_one(client: Client, twin: Merchant, owner: User) -> None:
    answer = post(client, "events/", {"type": "order.eaten"}, secret_of(twin, owner, live=False))

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/type"


@pytest.mark.parametrize("path", ["events/", "clock/advance/"])
def test_a_live_key_is_refused(client: Client, plage: Merchant, owner: User, path: str) -> None:
    body = {"type": "order.placed"} if path == "events/" else {"seconds": 60}
    answer = post(client, path, body, secret_of(plage, owner, live=True))

    assert (answer.status_code, answer.json()["code"]) == (403, "live_key")


def test_no_key_is_made_for_the_other_space(plage: Merchant, twin: Merchant, owner: User) -> None:
    for merchant, live in ((plage, False), (twin, True)):
        with pytest.raises(ValidationError, match="test space"):
            secret_of(merchant, owner, live=live)
    partner = Partner.objects.create(name="Blog", code="blog")
    with pytest.raises(ValidationError, match="test space"):
        keys.make(name="Key", scopes=["products:read"], made_by=owner, partner=partner, live=False)
    assert not ApiKey.objects.exists()


def test_a_key_that_came_into_the_other_space_opens_nothing(
    plage: Merchant, twin: Merchant, owner: User
) -> None:
    """As nobody but a hand in the database can bring it there."""
    test, live = secret_of(twin, owner, live=False), secret_of(plage, owner, live=True)
    assert keys.caller_of(test) is not None
    assert keys.caller_of(live) is not None

    ApiKey.objects.filter(live=False).update(merchant=plage)
    ApiKey.objects.filter(live=True).update(merchant=twin)

    assert keys.caller_of(test) is None
    assert keys.caller_of(live) is None


def test_a_test_key_of_a_suspended_shop_is_refused(
    client: Client, plage: Merchant, twin: Merchant, owner: User
) -> None:
    secret = secret_of(twin, owner, live=False)
    merchants.suspend(plage, actor=None, reason="sells fakes")

    answer = post(client, "events/", {"type": "stock.changed"}, secret)

    assert (answer.status_code, answer.json()["code"]) == (403, "shop_suspended")
