"""An agent that a person lets buy: within bounds that they set with their consent or later, until they end
it; and everybody can see which purchases it made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail, User
from catalogue.models import Variant
from checkout import orders
from checkout.models import AgentPurchase, Order
from feeds.models import Notification
from fulfilment import fulfilment_orders
from partners.models import Allowance, Application, Consent
from tests.buying import Sandbox
from tests.oauth.apps import answer_of, asking, browser, redeem, vitrine
from tests.protocols.acp import BUYER, PARIS, SESSIONS, Butler, codes, item, opening
from tests.protocols.schemas import valid

pytestmark = pytest.mark.django_db(transaction=True)
SCOPES = ["agent_checkout:write", "dev.ucp.shopping.order:read", "carts:read"]
BOUNDS = {"currency": "EUR", "per_order": "80", "per_month": "100,50", "ends_on": ""}


@pytest.fixture
def mai(db: None) -> User:
    return User.objects.create_user("mai@etal.example", handle="mai", display_name="Maï Lefort")


@pytest.fixture
def registered(db: None) -> tuple[Application, str]:
    maker = User.objects.create_user("maker@etal.example", handle="maker", display_name="Maker")
    return vitrine(maker, scopes=SCOPES)


def allow(registered: tuple[Application, str], user: User, **bounds: str) -> Butler:
    """The agent with `user`'s token, after their press on Allow."""
    app, secret = registered
    said = {"answer": "allow", "as": "me", **BOUNDS, **bounds}
    pressed = browser(user).post(asking(app, "agent_checkout:write"), said)
    given = redeem(app, secret, answer_of(pressed)["code"])
    return Butler(given.json()["access_token"])


def change(user: User, consent: Consent, **said: str) -> Any:
    path = f"/oauth/consents/{consent.public_id}/bounds/"
    return browser(user).post(path, {**BOUNDS, **said})


def test_the_page_of_consent_suggests_bounds(
    registered: tuple[Application, str], mai: User
) -> None:
    app, _secret = registered
    html = browser(mai).get(asking(app, "agent_checkout:write")).content.decode()
    assert "How much it may spend" in html
    assert 'name="per_order" value="100.00"' in html
    assert 'name="per_month" value="300.00"' in html
    assert (
        "How much it may spend" not in browser(mai).get(asking(app, "carts:read")).content.decode()
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"per_order": "a lot"},
        {"per_order": "-1"},
        {"per_order": "200", "per_month": "100"},
        {"currency": "XXX"},
        {"ends_on": "2020-01-01"},
    ],
)
def test_bounds_that_will_not_do_give_nothing(
    registered: tuple[Application, str], mai: User, wrong: dict[str, str]
) -> None:
    said = {"answer": "allow", "as": "me", **BOUNDS, **wrong}
    answer = browser(mai).post(asking(registered[0], "agent_checkout:write"), said)
    assert answer.status_code == 422
    assert not Consent.objects.exists()


def test_it_buys_for_them_and_everybody_sees_it(
    registered: tuple[Application, str],
    mai: User,
    flipflops: Variant,
    sandbox: Sandbox,
    client: Client,
) -> None:
    agent = allow(registered, mai)
    row = Allowance.objects.get()
    assert (row.per_order, row.per_month, row.currency) == (8000, 10050, "EUR")
    told = agent.ready(item(flipflops))
    done = agent.complete(told, sandbox.granted(9000, "eur")).json()
    assert done["status"] == "completed"
    order = Order.objects.get()
    assert (order.user, order.principal) == (mai, f"user:{mai.pk}")
    assert AgentPurchase.objects.get().consent == Consent.objects.get()
    fulfilment_orders.open_for(order.pk)
    assert Notification.objects.get(user=mai).data["agent"] == "Vitrine SARL"
    receipt = OutgoingMail.objects.get(kind="receipt")
    assert "Vitrine SARL bought this for you." in receipt.text
    client.force_login(mai)
    # Whoever has the order's own address needs no sign-in: the agent is told of the list.
    assert done["order"]["permalink_url"].endswith("/orders/")
    page = client.get(reverse("checkout:order", args=[orders.token(order)])).content.decode()
    assert "Vitrine SARL bought this for you." in page
    assert "bought by Vitrine SARL" in client.get("/orders/").content.decode()
    assert "<b>Vitrine SARL</b> bought for you" in client.get("/notifications/").content.decode()
    linked = client.get("/account/linked/").content.decode()
    assert f"Order {order.reference}" in linked
    assert "€80.00 in one order, €100.50 in a month" in linked
    assert mail.outbox == []


def test_beyond_their_bounds_they_buy_it_themselves(
    registered: tuple[Application, str], mai: User, flipflops: Variant, sandbox: Sandbox
) -> None:
    agent = allow(registered, mai)
    first = agent.ready(item(flipflops))
    assert agent.complete(first, sandbox.granted(9000, "eur")).json()["status"] == "completed"
    told = agent.ready(item(flipflops))
    second = agent.complete(told, sandbox.granted(9000, "eur")).json()
    assert second["status"] == "completed"
    third = agent.call("POST", SESSIONS, opening_of(flipflops)).json()
    assert (third["status"], codes(third)) == ("requires_escalation", ["approval_required"])
    assert third["messages"][0]["resolution"] == "requires_buyer_input"
    refused = agent.complete(third, sandbox.granted(9000, "eur")).json()
    assert refused["status"] == "requires_escalation"
    assert len(sandbox.charges()) == 2
    answer = change(mai, Consent.objects.get(), per_month="200")
    assert answer.status_code == 302
    assert agent.complete(third, sandbox.granted(9000, "eur")).json()["status"] == "completed"


def opening_of(variant: Variant) -> dict[str, Any]:
    return opening(item(variant), buyer=BUYER, fulfillment_details=PARIS)


def test_after_its_day_it_buys_nothing(
    registered: tuple[Application, str], mai: User, flipflops: Variant
) -> None:
    agent = allow(registered, mai)
    Allowance.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    told = agent.call("POST", SESSIONS, opening_of(flipflops)).json()
    assert codes(told) == ["approval_required"]


def test_whoever_ends_it_ends_it_at_once(
    registered: tuple[Application, str], mai: User, flipflops: Variant, sandbox: Sandbox
) -> None:
    agent = allow(registered, mai)
    told = agent.ready(item(flipflops))
    browser(mai).post(f"/oauth/apps/{registered[0].public_id}/end/")
    answer = agent.complete(told, sandbox.granted(9000, "eur"))
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert not Order.objects.exists()


def test_nobody_changes_somebody_elses_bounds(
    registered: tuple[Application, str], mai: User
) -> None:
    allow(registered, mai)
    consent = Consent.objects.get()
    stranger = User.objects.create_user("s@etal.example", handle="s", display_name="S")
    assert change(stranger, consent, per_order="1").status_code == 404
    assert Client().get(f"/oauth/consents/{consent.public_id}/bounds/").status_code == 302
    assert change(mai, consent, per_order="nothing").status_code == 422
    assert Allowance.objects.get().per_order == 8000


def test_a_session_is_its_own_persons(
    registered: tuple[Application, str], mai: User, flipflops: Variant
) -> None:
    told = allow(registered, mai).ready(item(flipflops))
    theo = User.objects.create_user("theo@etal.example", handle="theo", display_name="Théo")
    other = allow(registered, theo)
    assert other.call("GET", f"{SESSIONS}/{told['id']}").status_code == 404


def test_platforms_find_out_how_to_link(client: Client) -> None:
    told = client.get("/.well-known/oauth-authorization-server").json()
    assert {"dev.ucp.shopping.order:read", "dev.ucp.shopping.checkout:manage"} <= set(
        told["scopes_supported"]
    )
    assert told["code_challenge_methods_supported"] == ["S256"]
    scopes = [name for name in told["scopes_supported"] if name.startswith("dev.")]
    config: dict[str, Any] = {"scopes": {name: {} for name in scopes}}
    declared = {"version": "2026-04-08", "config": config}
    schema = "common/identity_linking.json#/$defs/dev.ucp.common.identity_linking/business_schema"
    assert valid(declared, schema)
