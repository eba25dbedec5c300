"""Platforms of UCP as agents: what shops let them sell, and what people let them do."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as site

from accounts.models import User
from catalogue import agent_sales
from catalogue.models import Merchant, Variant
from checkout import agents
from checkout.models import CheckoutSession, Order
from partners.models import Agent as Known
from partners.models import Consent
from tests.buying import Sandbox
from tests.oauth.apps import answer_of, asking, browser, redeem, vitrine
from tests.protocols.conftest import Agent
from tests.protocols.ucp_calls import ROOT, paying, shipped, wanting

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not site.UCP_SIGNING_KEYS, reason="UCP is not set up"),
]
SCOPE = "dev.ucp.shopping.checkout:manage"
SEARCH = "/ucp/v1/catalog/search"


def token(agent: Agent, user: User, *, scope: str = SCOPE, host: str = "127.0.0.1") -> str:
    """What the platform's app has of `user`; its people come back to `host`."""
    maker, _made = User.objects.get_or_create(email="m@x.example", defaults={"handle": "maker"})
    app, secret = vitrine(
        maker,
        scopes=["agent_checkout:write", SCOPE, "dev.ucp.shopping.cart:manage", "carts:read"],
        redirect_uris=[f"http://{host}/back" if host == "127.0.0.1" else f"https://{host}/back"],
    )
    said = {"answer": "allow", "as": "me", "currency": "EUR", "per_order": "80"}
    pressed = browser(user).post(asking(app, scope), said)
    return str(redeem(app, secret, answer_of(pressed)["code"]).json()["access_token"])


@pytest.fixture
def mai(db: None) -> User:
    return User.objects.create_user("mai@etal.example", handle="mai", display_name="Maï Lefort")


def test_a_shop_that_lets_no_platform_sell(
    agent: Agent, flipflops: Variant, bookcase: Variant, plage: Merchant
) -> None:
    found = agent.post(SEARCH, {"query": ""}).json()["products"]
    assert len(found) == 2
    agent_sales.choose(plage, "none", [])
    found = agent.post(SEARCH, {"query": ""}).json()["products"]
    assert [each["title"] for each in found] == ["Bookcase"]
    told = agent.post(ROOT, wanting(flipflops, **shipped())).json()
    assert told["status"] == "incomplete"
    assert "not_for_agents" in [each["code"] for each in told["messages"]]
    agent_sales.choose(plage, "listed", [Known.objects.get()])
    assert len(agent.post(SEARCH, {"query": ""}).json()["products"]) == 2


def test_it_is_told_who_bought(agent: Agent, flipflops: Variant, sandbox: Sandbox) -> None:
    told = agent.post(ROOT, wanting(flipflops, **shipped())).json()
    done = agent.post(f"{ROOT}/{told['id']}/complete", paying(sandbox.token())).json()
    assert done["status"] == "completed"
    assert agents.name_of(Order.objects.get()) == "Helper"


def test_it_buys_for_who_has_linked_it(
    agent: Agent, flipflops: Variant, sandbox: Sandbox, mai: User
) -> None:
    bearer = {"Authorization": f"Bearer {token(agent, mai)}"}
    told = agent.post(ROOT, wanting(flipflops, **shipped()), **bearer).json()
    assert CheckoutSession.objects.get().shopper == mai
    assert agent.get(f"{ROOT}/{told['id']}").status_code == 404
    path = f"{ROOT}/{told['id']}/complete"
    assert agent.post(path, paying(sandbox.token()), **bearer).json()["status"] == "completed"
    order = Order.objects.get()
    assert (order.user, agents.name_of(order)) == (mai, "Vitrine SARL")
    more = agent.post(ROOT, wanting(flipflops, 3, **shipped()), **bearer).json()
    assert more["status"] == "requires_escalation"
    assert "beyond_allowance" in [each["code"] for each in more["messages"]]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"scope": "carts:read"}, 403, "insufficient_scope"),
        ({"host": "other.example"}, 403, "insufficient_scope"),
        ({"scope": "dev.ucp.shopping.cart:manage"}, 403, "insufficient_scope"),
        (None, 401, "identity_required"),
    ],
)
def test_tokens_that_are_not_for_it(
    agent: Agent, flipflops: Variant, mai: User, changes: Any, status: int, code: str
) -> None:
    given = "etal_at_nothing" if changes is None else token(agent, mai, **changes)
    answer = agent.post(ROOT, wanting(flipflops), Authorization=f"Bearer {given}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["WWW-Authenticate"].startswith("Bearer ")
    assert not CheckoutSession.objects.exists()


def test_what_is_ended_opens_nothing(agent: Agent, flipflops: Variant, mai: User) -> None:
    bearer = {"Authorization": f"Bearer {token(agent, mai)}"}
    consent = Consent.objects.get()
    browser(mai).post(f"/oauth/apps/{consent.application.public_id}/end/")
    assert agent.post(ROOT, wanting(flipflops), **bearer).status_code == 401
