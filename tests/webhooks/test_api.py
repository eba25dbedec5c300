"""The log of events and the webhooks, by the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from partners import keys
from partners.models import StoredAnswer
from shopping.limits import Limit
from tests.partners.conftest import plage, secret, world
from webhooks import endpoints, events, messages, replays
from webhooks.models import Delivery, Endpoint, Event
from webhooks.sequences import assign

__all__ = ["plage", "secret", "world"]
pytestmark = pytest.mark.django_db


def happened(shop, count: int) -> list[Event]:
    with transaction.atomic():
        written = [
            events.record(
                "stock.changed", subject=str(n), merchant_id=shop.merchant.pk, payload={"n": n}
            )
            for n in range(count)
        ]
    assign()
    return written


def test_one_catches_up_from_where_one_stopped(plage, world, django_assert_num_queries):
    happened(world.plage, 5)
    happened(world.rayon, 2)
    everything = plage("get", "/api/v1/events/?limit=100").json()["data"]
    assert [each["data"] for each in everything[-5:]] == [{"n": n} for n in range(5)]
    assert [each["sequence"] for each in everything] == sorted(
        each["sequence"] for each in everything
    )
    behind = everything[-4]["sequence"]
    with django_assert_num_queries(2):
        first = plage("get", f"/api/v1/events/?after={behind}&limit=2").json()
    assert [each["data"]["n"] for each in first["data"]] == [2, 3]
    last = plage("get", first["next"]).json()
    assert ([each["data"]["n"] for each in last["data"]], last["next"]) == ([4], None)


def test_events_have_the_ids_of_their_messages(plage, world):
    (event,) = happened(world.plage, 1)
    told = plage("get", "/api/v1/events/?type=stock.changed").json()["data"][-1]
    assert told["id"] == messages.message_id(event.public_id)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=", "type=nothing.happened"])
def test_what_is_no_place_in_the_log_is_refused(plage, query):
    answer = plage("get", f"/api/v1/events/?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_real_shop_asks_for_nothing_that_it_never_hears_of(plage, world):
    sent = {"url": "https://erp.example/in", "types": ["order.paid", "payment.failed"]}
    refused = plage("post", "/api/v1/webhooks/", sent)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_for_shops")
    assert refused.json()["errors"][0]["pointer"] == "#/types/1"
    _key, secret = keys.make_test(
        name="Trial",
        scopes=["webhooks:write"],
        made_by=world.plage.owner,
        merchant=world.plage.merchant,
    )
    bearer = {"Authorization": f"Bearer {secret}"}
    made = plage("post", "/api/v1/webhooks/", sent, **bearer)
    assert made.status_code == 201


def test_a_webhook_is_added_changed_and_deleted(plage, world):
    path = "/api/v1/webhooks/"
    made = plage("post", path, {"url": "https://erp.example/in", "types": ["order.paid"]})
    assert made.status_code == 201
    endpoint = Endpoint.objects.get(public_id=made.json()["id"])
    assert (endpoint.merchant, endpoint.types) == (world.plage.merchant, ["order.paid"])
    assert made.json()["secret"] == endpoint.secret
    where = f"{path}{endpoint.public_id}/"
    assert made["Location"] == f"http://testserver{where}"
    assert endpoint.secret not in plage("get", where).content.decode()
    assert endpoint.secret not in plage("get", path).content.decode()
    changed = plage("patch", where, {"types": [], "active": False})
    assert (changed.json()["types"], changed.json()["active"]) == ([], False)
    stale = plage("delete", where, **{"If-Match": '"nothing"'})
    assert stale.status_code == 412
    assert plage("delete", where).status_code == 204
    assert not Endpoint.objects.filter(pk=endpoint.pk).exists()


def test_a_webhook_that_is_added_switched_off_was_never_on(plage, world, monkeypatch):
    monkeypatch.setattr(endpoints, "edit", None)
    body = {"url": "https://erp.example/in", "active": False}
    made = plage("post", "/api/v1/webhooks/", body).json()
    endpoint = Endpoint.objects.get(public_id=made["id"])
    assert (made["active"], endpoint.active, endpoint.off_at is not None) == (False, False, True)
    happened(world.plage, 1)
    assert not endpoint.deliveries.exists()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "ftp://erp.example/"}, "#/url"),
        ({"url": "https://user:word@erp.example/"}, "#/url"),
        ({"url": "https://erp.example/", "types": ["order.payed"]}, "#/types/0"),
        ({"url": "https://erp.example/", "types": "order.paid"}, "#/types"),
        ({}, "#/url"),
    ],
)
def test_an_address_or_a_type_that_will_not_do_is_named(plage, body, pointer):
    before = Endpoint.objects.count()
    answer = plage("post", "/api/v1/webhooks/", body)
    assert answer.status_code == 400, answer.content
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert Endpoint.objects.count() == before


def test_a_new_secret_signs_beside_the_old_one(plage, world):
    before = world.plage.endpoint.secret
    path = f"/api/v1/webhooks/{world.plage.endpoint.public_id}/secret/"
    fresh = plage("post", path).json()["secret"]
    endpoint = Endpoint.objects.get(pk=world.plage.endpoint.pk)
    assert fresh == endpoint.secret != before
    assert endpoint.signing_secrets() == [fresh, before]


def test_a_test_is_sent_unless_it_is_switched_off(plage, world):
    path = f"/api/v1/webhooks/{world.plage.endpoint.public_id}/"
    sent = plage("post", f"{path}test/")
    assert (sent.status_code, sent.json()["type"]) == (202, "endpoint.test")
    plage("patch", path, {"active": False})
    refused = plage("post", f"{path}test/")
    assert (refused.status_code, refused.json()["code"]) == (409, "endpoint_off")


def test_a_delivery_is_found_with_its_attempts_and_sent_again(plage, world):
    row = world.plage.delivery
    Delivery.objects.filter(pk=row.pk).update(status="failed", next_attempt_at=None, attempts=8)
    row.log.create(started_at=timezone.now(), milliseconds=84, status_code=503, answer="later")
    [listed] = plage("get", "/api/v1/deliveries/?status=failed").json()["data"]
    assert listed["id"] == row.pk
    told = plage("get", f"/api/v1/deliveries/{row.pk}/").json()
    newest = told["log"][0]
    assert (newest["status_code"], newest["answer"], len(told["log"])) == (503, "later", 2)
    again = plage("post", f"/api/v1/deliveries/{row.pk}/send-again/").json()
    assert (again["status"], again["attempts"]) == ("pending", 0)


@pytest.mark.parametrize("key", ["0", "x", "٣", "9" * 30, "-1"])
def test_what_is_no_delivery_is_not_found(plage, key):
    assert plage("get", f"/api/v1/deliveries/{key}/").status_code == 404


def test_a_secret_is_shown_once_also_to_who_asks_again(plage, world):
    body, key = {"url": "https://erp.example/in"}, {"Idempotency-Key": "k1"}
    made = plage("post", "/api/v1/webhooks/", body, **key)
    again = plage("post", "/api/v1/webhooks/", body, **key)
    assert (again.status_code, again["Location"]) == (201, made["Location"])
    assert again.json() == {**made.json(), "secret": None}
    path = f"/api/v1/webhooks/{world.plage.endpoint.public_id}/secret/"
    fresh = plage("post", path, **{"Idempotency-Key": "k2"}).json()["secret"]
    assert plage("post", path, **{"Idempotency-Key": "k2"}).json()["secret"] is None
    assert Endpoint.objects.get(pk=world.plage.endpoint.pk).secret == fresh
    for kept in StoredAnswer.objects.all():
        assert b"whsec_" not in bytes(kept.body)


def test_a_shop_has_us_send_so_often_and_no_more(plage, world, monkeypatch):
    monkeypatch.setattr("shopping.limits.time.time", lambda: 1_900_000_000.0)
    for module in ("endpoints", "deliveries"):
        monkeypatch.setattr(f"webhooks.api.{module}.SENDS", Limit("test_sends", 2, 60))
    test = f"/api/v1/webhooks/{world.plage.endpoint.public_id}/test/"
    again = f"/api/v1/deliveries/{world.plage.delivery.pk}/send-again/"
    asked = [plage("post", path) for path in (test, again, test, again)]
    assert [answer.status_code for answer in asked] == [202, 202, 429, 429]
    assert int(asked[-1]["Retry-After"]) > 0


def test_a_replay_is_refused_in_our_own_words(plage, world, monkeypatch):
    path = f"/api/v1/webhooks/{world.plage.endpoint.public_id}/replays/"
    now = timezone.now()
    empty = {"since": "2001-01-01T00:00:00Z", "until": "2001-01-02T00:00:00Z"}
    answer = plage("post", path, empty)
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_happened")
    backwards = {"since": empty["until"], "until": empty["since"]}
    answer = plage("post", path, backwards)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    happened(world.plage, 1)
    span = {
        "since": (now - timedelta(days=1)).isoformat(),
        "until": (now + timedelta(days=1)).isoformat(),
    }
    # As who comes in the same moment: the plan saw no other one.
    planned = replays.plan(
        world.plage.endpoint, since=now - timedelta(days=1), until=now + timedelta(days=1)
    )
    assert plage("post", path, span).status_code == 202
    refused = [plage("post", path, span).json()]
    monkeypatch.setattr(replays, "plan", lambda *_args, **_said: planned)
    refused.append(plage("post", path, span).json())
    assert [(each["status"], each["code"], each["detail"]) for each in refused] == [
        (409, "replay_under_way", "A replay to this webhook is still under way.")
    ] * 2
