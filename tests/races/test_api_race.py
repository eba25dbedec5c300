"""The same call of the API at the same time, and two changes of the same thing."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from partners import answers, keys
from partners.models import StoredAnswer
from partners.scopes import FOR_SHOPS
from tests.partners import endpoints
from tests.races.crowd import at_once
from tests.shops import shop

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = "/api/v1/people/"


@pytest.fixture(autouse=True)
def _endpoints(settings):
    settings.ROOT_URLCONF = "tests.partners.endpoints"
    endpoints.entered.clear()
    endpoints.go_on.clear()


@pytest.fixture
def secret() -> str:
    plage = shop("plage")
    return keys.make(name="k", scopes=FOR_SHOPS, made_by=plage.owner, merchant=plage.merchant)[1]


def call(secret: str, method: str, path: str, body: Any, **headers: str) -> Any:
    given = {"Authorization": f"Bearer {secret}", **headers}
    return getattr(Client(), method)(path, body, content_type="application/json", headers=given)


def test_the_same_call_meanwhile_is_told_to_wait(secret):
    held: list[Any] = []

    def slow() -> None:
        try:
            held.append(
                call(secret, "post", PEOPLE, {"handle": "slow"}, **{"Idempotency-Key": "k"})
            )
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert endpoints.entered.wait(10)
    meanwhile = call(secret, "post", PEOPLE, {"handle": "slow"}, **{"Idempotency-Key": "k"})
    endpoints.go_on.set()
    thread.join(10)
    assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "call_in_progress")
    assert held[0].status_code == 201
    after = call(secret, "post", PEOPLE, {"handle": "slow"}, **{"Idempotency-Key": "k"})
    assert (after.status_code, after.content) == (201, held[0].content)
    assert User.objects.filter(handle="slow").count() == 1


def test_of_many_equal_calls_at_once_one_is_done(secret):
    def once(_number: int) -> int:
        body = {"handle": "crowded"}
        status: int = call(secret, "post", PEOPLE, body, **{"Idempotency-Key": "k"}).status_code
        return status

    statuses = at_once([partial(once, number) for number in range(8)])
    assert statuses.count(201) >= 1
    assert set(statuses) <= {201, 409}
    assert User.objects.filter(handle="crowded").count() == 1


def test_a_call_whose_process_died_is_done_by_the_next(secret):
    key = keys.ApiKey.objects.get(name="k")
    same = answers.fingerprint("POST", PEOPLE, b'{"handle": "late"}')
    answers.begin(f"key:{key.public_id}", "k", fingerprint=same)
    body = '{"handle": "late"}'
    waiting = call(secret, "post", PEOPLE, body, **{"Idempotency-Key": "k"})
    assert waiting.status_code == 409
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE partners_storedanswer SET leased_until = now() - interval '1 second'"
        )
    done = call(secret, "post", PEOPLE, body, **{"Idempotency-Key": "k"})
    assert done.status_code == 201
    assert StoredAnswer.objects.get().status == 201


def test_of_two_changes_of_the_same_one_is_refused(secret):
    """Each has read the same; without the lock both would find it unchanged."""
    User.objects.create_shop(handle="shared", display_name="Shared")
    path = f"{PEOPLE}shared/"
    tag = Client().get(path, headers={"Authorization": f"Bearer {secret}"})["ETag"]

    def change(number: int) -> int:
        body = {"display_name": f"By {number}"}
        status: int = call(secret, "patch", path, body, **{"If-Match": tag}).status_code
        return status

    seen = at_once([partial(change, number) for number in range(6)])
    assert sorted(map(str, seen)) == ["200", *["412"] * 5]
