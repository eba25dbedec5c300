"""An owner makes a test key, and sees what servers do with it; nothing else of the space is listed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalogue.models import Membership, Merchant
from partners import keys
from partners.models import ApiKey
from tests.second_factors import sign_in
from tests.shops import person
from webhooks import endpoints
from webhooks.models import Event

ADD = "/admin/partners/apikey/add/"


@pytest.fixture
def owner(plage: Merchant) -> User:
    user = person("owner")
    Membership.objects.create(user=user, merchant=plage, role=Membership.Role.OWNER)
    return user


def said(merchant: Merchant, **more: str) -> dict[str, object]:
    return {"merchant": merchant.pk, "name": "Trying", "scopes": ["products:read"], **more}


def test_a_test_key_acts_in_the_space_that_is_made_with_it(
    plage: Merchant, owner: User, client: Client
) -> None:
    sign_in(client, owner)

    page = client.post(ADD, said(plage, test="on"), follow=True)

    key = ApiKey.objects.get()
    assert (key.merchant.test_of, key.live, key.made_by) == (plage, False, owner)
    assert key.prefix.startswith("etal_test_")
    assert "etal_test_" in page.content.decode()
    assert "Plage (test)" in client.get("/admin/partners/apikey/").content.decode()


def test_without_a_word_of_tests_it_is_a_live_one(
    plage: Merchant, owner: User, client: Client
) -> None:
    sign_in(client, owner)

    client.post(ADD, said(plage))

    key = ApiKey.objects.get()
    assert (key.merchant, key.live) == (plage, True)
    assert not Merchant.objects.filter(test_of=plage).exists()


def test_a_test_key_is_rotated_as_a_test_key(plage: Merchant, twin: Merchant, owner: User) -> None:
    key, _secret = keys.make_test(
        merchant=plage, name="Trying", scopes=["products:read"], made_by=owner
    )

    new, secret = keys.rotate(key, made_by=owner)

    assert (new.merchant, new.live) == (twin, False)
    assert keys.caller_of(secret) is not None


def test_owners_see_its_webhooks_and_events_and_nobody_elses(
    plage: Merchant, rayon: Merchant, twin: Merchant, owner: User, client: Client
) -> None:
    endpoint = endpoints.create("https://partner.example/tests", merchant_id=twin.pk)
    Event.objects.create(
        type="stock.changed", subject="of-a-test", merchant=twin, created_at=timezone.now()
    )
    stranger = person("stranger")
    Membership.objects.create(user=stranger, merchant=rayon, role=Membership.Role.OWNER)

    for who, sees in ((owner, True), (stranger, False)):
        sign_in(client, who)
        page = client.get("/admin/webhooks/endpoint/").content.decode()
        assert ("partner.example/tests" in page) is sees
        assert ("of-a-test" in client.get("/admin/webhooks/event/").content.decode()) is sees
        status = client.get(f"/admin/webhooks/endpoint/{endpoint.pk}/change/").status_code
        assert (status == 200) is sees
