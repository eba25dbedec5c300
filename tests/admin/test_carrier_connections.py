"""A shop's owner connects a carrier, sees its secret once, and changes it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from fulfilment.models import CarrierConnection, CarrierMessage
from tests.admin.filled import opened, said

LIST = "admin:fulfilment_carrierconnection_changelist"


@pytest.fixture
def owner(browser, world):
    return browser(world.plage.owner)


def test_a_secret_is_shown_once(owner, world, settings):
    add = reverse("admin:fulfilment_carrierconnection_add")
    data = opened(owner, add) | {"adapter": "easypost", "name": "EasyPost", "_save": ""}
    assert data["merchant"] == world.plage.merchant.pk
    page = owner.post(add, data, follow=True)
    made = CarrierConnection.objects.get(name="EasyPost")
    assert (made.merchant, made.adapter) == (world.plage.merchant, "easypost")
    assert f'the secret is <code class="secret">{made.secret}</code>' in "".join(said(page))
    address = f"{settings.PUBLIC_URL}/webhooks/carriers/easypost/{made.public_id}/"
    assert address in page.content.decode()
    change = owner.get(reverse("admin:fulfilment_carrierconnection_change", args=[made.pk]))
    assert made.secret not in change.content.decode()


def test_a_new_secret_is_shown_once_and_the_old_one_ended(owner, world):
    row = world.plage.connection
    before = row.secret
    page = owner.post(
        reverse(LIST), {"action": "rotate", "_selected_action": [row.pk]}, follow=True
    )
    row.refresh_from_db()
    assert row.secret in "".join(said(page))
    assert row.secrets == [row.secret, before]
    owner.post(reverse(LIST), {"action": "end_old_secret", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.secrets == [row.secret]


def test_it_is_switched_off_and_shows_what_came_lately(owner, world):
    row = world.plage.connection
    CarrierMessage.objects.create(
        connection=row, external_id="msg_1", body="{}", last_error="RuntimeError: no room"
    )
    url = reverse("admin:fulfilment_carrierconnection_change", args=[row.pk])
    assert "RuntimeError: no room" in owner.get(url).content.decode()
    data = opened(owner, url) | {"name": "Hall 2", "_save": ""}
    data.pop("enabled")
    owner.post(url, data)
    row.refresh_from_db()
    assert (row.name, row.enabled, row.adapter) == ("Hall 2", False, "generic")
