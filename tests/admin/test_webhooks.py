"""A shop's owner subscribes an address, sees how deliveries went, and sends one again."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.admin.filled import errors, opened, said
from webhooks.models import Delivery, Endpoint

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
    with CaptureQueriesContext(connection) as asked:
        assert client.post(url, {"_save": "Save"}).status_code == 302
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
