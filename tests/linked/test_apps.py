"""The apps that act for somebody, on the same page: what each may do, and the end of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from partners.models import AccessToken, Consent
from tests.shops import cast

pytestmark = pytest.mark.django_db
PAGE = "/account/linked/"


def test_an_app_is_listed_with_what_it_may_do_and_ended(client: Client) -> None:
    world = cast()
    consent: Consent = world.rows["consent"]
    AccessToken.objects.create(
        user=world.mai,
        application=consent.application,
        consent=consent,
        token_checksum="0" * 64,
        scope="carts:read",
        expires=timezone.now() + timedelta(hours=1),
    )
    client.force_login(world.mai)
    page = client.get(PAGE).content.decode()
    assert consent.application.name in page
    assert consent.words[0] in page
    address = f"/oauth/apps/{consent.application.public_id}/end/"
    assert f'formaction="{address}"' in page
    here = {"Referer": f"http://testserver{PAGE}"}
    ended = client.post(address, headers=here)
    assert ended["Location"].endswith(PAGE)
    assert "No apps" in client.get(PAGE).content.decode()
    client.force_login(world.stranger)
    assert "No apps" in client.get(PAGE).content.decode()
