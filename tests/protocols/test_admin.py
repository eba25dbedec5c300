"""The operator sees platforms and blocks them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from protocols.models import Platform
from tests.second_factors import sign_in
from tests.shops import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform() -> Platform:
    document = {"ucp": {"version": "2026-04-08"}, "name": "<b>Helper</b>"}
    url = "https://agent.example/ucp.json"
    return Platform.objects.create(profile_url=url, name="Helper", document=document)


def change(client: Client, platform: Platform, **form: Any) -> Any:
    url = reverse("admin:protocols_platform_change", args=[platform.pk])
    return client.post(url, form, follow=True)


def test_staff_sees_what_a_platform_says_of_itself_and_blocks_it(
    client: Client, platform: Platform
):
    sign_in(client, person("staff", is_staff=True))
    listed = client.get(reverse("admin:protocols_platform_changelist")).content.decode()
    assert "https://agent.example/ucp.json" in listed
    page = client.get(reverse("admin:protocols_platform_change", args=[platform.pk]))
    assert "&lt;b&gt;Helper" in page.content.decode()
    assert change(client, platform, blocked="on").status_code == 200
    platform.refresh_from_db()
    assert platform.blocked
    change(client, platform)
    platform.refresh_from_db()
    assert not platform.blocked


def test_a_shopper_blocks_nobody(client: Client, platform: Platform):
    sign_in(client, person("mai"))
    change(client, platform, blocked="on")
    platform.refresh_from_db()
    assert not platform.blocked
