"""Whoever knows another shopper's key learns nothing by it."""

from __future__ import annotations

import pytest
from django.test import Client

from checkout.views.requests import new_key
from tests.shops import Cast, cast


@pytest.fixture
def world(db: None) -> Cast:
    return cast()


@pytest.mark.parametrize("method", ["post", "get"])
def test_a_foreign_key_finds_no_payment(world: Cast, method: str) -> None:
    key = new_key()
    type(world.order).objects.filter(pk=world.order.pk).update(idempotency_key=key)
    address = "/payments/settle/" if method == "post" else "/payments/outcome/"

    def asked_by(*people: object) -> list[str]:
        answers = []
        for who in people:
            client = Client()
            if who is not None:
                client.force_login(who)
            answers.append(getattr(client, method)(address, {"key": key}).json()["kind"])
        return answers

    strangers = [None, world.stranger, world.plage.owner, world.rayon.owner, world.staff]
    assert asked_by(*strangers) == ["none"] * 5
    if method == "get":
        assert asked_by(world.mai) == ["paid"]
