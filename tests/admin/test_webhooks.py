"""A shop's owner subscribes an address, sees how deliveries went, and sends one again."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.admin.filled import errors, opened, said
from webhooks import endpoints, sequences
from webhooks.models import Delivery, Endpoint, Replay

ADD = "/admin/webhooks/endpoint/add/"


def test_an_owner_adds_an_address_and_sees_its_secret(browser, world):
    client = browser(world.plage.owner)
    merchant = world.plage.merchant.pk
    response = client.post(
        ADD, {"merchant": merchant, "url": "https://new.example/in", "types": ["order.paid"]}
    )
    assert response.status_code == 302
    endpoint = Endpoint.objects.get(url="https://new.example/in")
    assert (endpoint.merchant_id, endpoint.types) == (merchant, ["order.paid"])
    url = reverse("admin:webhooks_endpoint_change", args=[endpoint.pk])
    assert endpoint.secret in client.get(url).content.decode()


@pytest.mark.parametrize(
    "url",
    [
        *["", "ftp://x.example/", "javascript:alert(1)", "https://user:pass@x.example/"],
        "https://x.example/#part",
    ],
)
def test_an_address_that_will_not_do_is_told(browser, world, url):
    response = browser(world.plage.owner).post(
        ADD, {"merchant": world.plage.merchant.pk, "url": url}
    )
    assert "url" in errors(response)
    assert Endpoint.objects.count() == 2


def test_an_address_without_a_scheme_is_taken_as_https(browser, world):
    merchant = world.plage.merchant.pk
    browser(world.plage.owner).post(ADD, {"merchant": merchant, "url": "new.example/in"})
    assert Endpoint.objects.latest("pk").url == "https://new.example/in"


def test_an_unknown_event_is_told(browser, world):
    response = browser(world.plage.owner).post(
        ADD,
        {
            "merchant": world.plage.merchant.pk,
            "url": "https://x.example/",
            "types": ["order.eaten"],
        },
    )
    assert "types" in errors(response)


def test_a_member_may_not_hear_of_every_shop(browser, world):
    """An endpoint of no merchant is the operator's and hears of all."""
    response = browser(world.plage.owner).post(ADD, {"merchant": "", "url": "https://x.example/"})
    assert "merchant" in errors(response)
    assert Endpoint.objects.count() == 2
    staff = browser(world.staff).post(ADD, {"merchant": "", "url": "https://x.example/"})
    assert staff.status_code == 302


def test_switching_it_off_ends_what_is_on_its_way(browser, world):
    client = browser(world.plage.owner)
    url = reverse("admin:webhooks_endpoint_change", args=[world.plage.endpoint.pk])
    data = opened(client, url)
    del data["active"]
    Delivery.objects.filter(pk=world.plage.delivery.pk).update(
        status="pending", next_attempt_at=world.order.placed_at
    )
    assert client.post(url, data).status_code == 302
    world.plage.delivery.refresh_from_db()
    world.plage.endpoint.refresh_from_db()
    assert (world.plage.endpoint.active, world.plage.delivery.status) == (False, "failed")


def again(client, delivery):
    url = reverse("admin:webhooks_delivery_changelist")
    return client.post(
        url, {"action": "send_again", "_selected_action": [delivery.pk]}, follow=True
    )


def test_a_page_without_save_writes_nothing_of_what_it_read(browser, world):
    """Whatever is sent to it: a worker may have changed the delivery meanwhile."""
    url = reverse("admin:webhooks_delivery_change", args=[world.plage.delivery.pk])
    client = browser(world.plage.owner)
    data = opened(client, url)
    with CaptureQueriesContext(connection) as asked:
        assert client.post(url, data | {"_save": "Save"}).status_code == 302
    assert not [each for each in asked if each["sql"].startswith('UPDATE "webhooks_delivery"')]
    assert not LogEntry.objects.exists()


def test_send_again_makes_a_delivery_due_now(browser, world):
    page = again(browser(world.plage.owner), world.plage.delivery)
    assert said(page) == ["1 is on its way."]
    world.plage.delivery.refresh_from_db()
    delivery = world.plage.delivery
    assert (delivery.status, delivery.attempts) == ("pending", 0)
    assert delivery.next_attempt_at is not None


def test_nothing_is_sent_again_to_an_address_that_is_off(browser, world):
    Endpoint.objects.filter(pk=world.plage.endpoint.pk).update(active=False)
    page = again(browser(world.plage.owner), world.plage.delivery)
    assert said(page) == [f"{world.plage.delivery}: This webhook is switched off."]
    world.plage.delivery.refresh_from_db()
    assert world.plage.delivery.status == "failed"


def test_a_new_secret_leaves_the_old_one_for_a_day(browser, world):
    old = world.plage.endpoint.secret
    browser(world.plage.owner).post(
        reverse("admin:webhooks_endpoint_changelist"),
        {"action": "rotate", "_selected_action": [world.plage.endpoint.pk]},
    )
    world.plage.endpoint.refresh_from_db()
    assert world.plage.endpoint.secret != old
    assert world.plage.endpoint.signing_secrets() == [world.plage.endpoint.secret, old]


def test_an_old_secret_is_ended_at_once(browser, world):
    client = browser(world.plage.owner)
    lists = reverse("admin:webhooks_endpoint_changelist")
    old = world.plage.endpoint.secret
    for action in ("rotate", "end_old_secret"):
        page = client.get(reverse("admin:webhooks_endpoint_change", args=[world.plage.endpoint.pk]))
        assert old in page.content.decode()
        client.post(lists, {"action": action, "_selected_action": [world.plage.endpoint.pk]})
    world.plage.endpoint.refresh_from_db()
    assert world.plage.endpoint.signing_secrets() == [world.plage.endpoint.secret]
    page = client.get(reverse("admin:webhooks_endpoint_change", args=[world.plage.endpoint.pk]))
    assert old not in page.content.decode()


def test_the_page_has_a_button_that_tries_the_address(browser, world):
    client = browser(world.plage.owner)
    url = reverse("admin:webhooks_endpoint_change", args=[world.plage.endpoint.pk])
    page = client.post(url, opened(client, url) | {"webhooks_endpoint_try_out": ""}, follow=True)
    assert "A test is on its way; see Deliveries." in said(page)
    test = Delivery.objects.latest("pk")
    assert (test.endpoint, test.event.type) == (world.plage.endpoint, "endpoint.test")
    assert test.event.merchant == world.plage.merchant


def test_the_list_tries_an_address_and_says_where_it_is_off(browser, world):
    client = browser(world.plage.owner)
    lists = reverse("admin:webhooks_endpoint_changelist")
    ticked = {"action": "send_test", "_selected_action": [world.plage.endpoint.pk]}
    assert said(client.post(lists, ticked, follow=True)) == [
        "A test is on its way; see Deliveries."
    ]
    Endpoint.objects.update(active=False)
    page = client.post(lists, ticked, follow=True)
    assert said(page) == [f"{world.plage.endpoint}: This webhook is switched off."]


def test_one_that_was_switched_off_says_why_and_what_to_do(browser, world):
    client = browser(world.plage.owner)
    endpoints.switch_off(world.plage.endpoint.pk, reason=Endpoint.OffReason.GONE)
    url = reverse("admin:webhooks_endpoint_change", args=[world.plage.endpoint.pk])
    page = client.get(url).content.decode()
    assert "it answered 410" in page
    assert "tick “Active” and save" in page
    assert client.post(url, opened(client, url) | {"active": "on"}).status_code == 302
    world.plage.endpoint.refresh_from_db()
    assert (world.plage.endpoint.active, world.plage.endpoint.off_reason) == (True, "")


def test_a_delivery_shows_its_attempts_to_its_own_shop(browser, world):
    client = browser(world.plage.owner)
    page = client.get(reverse("admin:webhooks_delivery_change", args=[world.plage.delivery.pk]))
    shown = page.content.decode()
    attempt = world.plage.delivery.log.get()
    assert attempt.answer in shown
    assert f"webhook-id: {attempt.headers['webhook-id']}" in shown
    assert world.plage.endpoint.secret not in shown
    assert world.rayon.endpoint.url not in shown


REPLAY = "/admin/webhooks/replay/add/"


def span(since, until, **more):
    """As an owner of Plage types it: by the shop's clock."""
    fields: dict[str, object] = {}
    typed = [each.astimezone(ZoneInfo("Europe/Paris")) for each in (since, until)]
    for name, moment in zip(("since", "until"), typed, strict=True):
        fields |= {f"{name}_0": f"{moment:%Y-%m-%d}", f"{name}_1": f"{moment:%H:%M:%S}"}
    return fields | more


def test_an_owner_has_a_span_of_time_sent_once_more(browser, world):
    client = browser(world.plage.owner)
    now = timezone.now()
    sequences.assign()
    form = span(now - timedelta(hours=1), now + timedelta(hours=1))
    before = Replay.objects.count()
    assert client.post(REPLAY, form | {"endpoint": world.plage.endpoint.pk}).status_code == 302
    replay = Replay.objects.latest("pk")
    assert (replay.endpoint, replay.asked_by) == (world.plage.endpoint, world.plage.owner)
    assert Replay.objects.count() == before + 1
    second = client.post(REPLAY, form | {"endpoint": world.plage.endpoint.pk})
    assert errors(second)["__all__"] == ["A replay to this webhook is still under way."]
    foreign = client.post(REPLAY, form | {"endpoint": world.rayon.endpoint.pk})
    assert "endpoint" in errors(foreign)
    assert Replay.objects.count() == before + 1


def test_a_span_that_will_not_do_is_told_and_stays_typed(browser, world):
    client = browser(world.plage.owner)
    now = timezone.now()
    form = span(now, now - timedelta(days=1), endpoint=world.plage.endpoint.pk)
    response = client.post(REPLAY, form)
    assert "It has to end after it begins." in errors(response)["__all__"]
    assert form["since_0"] in response.content.decode()
    empty = span(now - timedelta(days=90), now - timedelta(days=80))
    response = client.post(REPLAY, empty | {"endpoint": world.plage.endpoint.pk})
    assert errors(response)["__all__"] == ["Nothing that it subscribes to happened in that time."]
