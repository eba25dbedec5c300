"""What agents may order: as shops say, and of a person's money as the person says."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from catalogue import agent_sales, products
from catalogue.models import Merchant, Product, Variant
from checkout import agents
from checkout.agents import BeyondAllowance, NotForAgents
from checkout.buyers import Buyer, ByAgent
from checkout.models import AgentPurchase, Order
from partners import agents as known
from partners import allowances, applications
from partners.allowances import Bounds
from partners.callers import Caller
from partners.models import Agent, Consent, Partner
from tests.buying import Basket

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(buyer: Buyer) -> Partner:
    return Partner.objects.create(name="Butler", code="butler")


@pytest.fixture
def agent(partner: Partner) -> Agent:
    return known.of_partner(partner)


@pytest.fixture
def consent(buyer: Buyer, partner: Partner) -> Consent:
    """Maï lets Butler's app buy for her."""
    assert buyer.user is not None
    app, _secret = applications.register(
        name="Butler",
        made_by=buyer.user,
        client_type="confidential",
        flow="authorization-code",
        scopes=["agent_checkout:write"],
        redirect_uris=["https://butler.example/back"],
        partner=partner,
    )
    return Consent.objects.create(user=buyer.user, application=app, scopes=app.scopes)


def by(
    basket: Basket, agent: Agent, consent: Consent | None = None, *, key: str = "key-1"
) -> Basket:
    """The same, ordered by the agent."""
    acting = ByAgent(agent.pk, consent.pk if consent else None)
    return basket.with_(buyer=replace(basket.buyer, agent=acting), key=key)


def bounds(per_order: int | None = None, per_month: int | None = None, **more: object) -> Bounds:
    said = {"currency": "EUR", "ends_on": None, **more}
    return Bounds(per_order=per_order, per_month=per_month, **said)


def test_an_order_remembers_who_placed_it(basket: Basket, agent: Agent) -> None:
    order = by(basket, agent).place()
    assert agents.name_of(order) == "Butler"
    assert by(basket, agent).place() == order
    assert AgentPurchase.objects.count() == 1
    assert agents.name_of(basket.with_(key="hers").place()) == ""


def test_a_partner_that_is_an_agent_is_one_by_every_key(partner: Partner, buyer: Buyer) -> None:
    """Else it would sell for shops that do not want it to, as to any partner's guest."""
    assert buyer.user is not None
    caller = Caller(
        principal="key:1",
        name="Shelf",
        user=buyer.user,
        merchant=None,
        partner=partner,
        scopes=frozenset({"purchases:write"}),
        live=True,
    )
    assert agents.by_agent(caller) is None
    agent = known.of_partner(partner)
    assert agents.by_agent(caller) == ByAgent(agent.pk, None)


@pytest.mark.parametrize("who", ["none", "listed"])
def test_a_shop_that_sells_through_no_agent_or_others(
    basket: Basket, agent: Agent, plage: Merchant, who: str
) -> None:
    agent_sales.choose(plage, who, [])
    with pytest.raises(NotForAgents):
        by(basket, agent).place()
    assert not Order.objects.exists()
    basket.place()


def test_a_listed_agent_sells(basket: Basket, agent: Agent, plage: Merchant) -> None:
    agent_sales.choose(plage, "listed", [agent])
    by(basket, agent).place()
    other = known.of_profile("https://other.example/profile.json", name="Other")
    with pytest.raises(NotForAgents):
        by(basket, other, key="other").place()
    sold = Product.objects.filter(agent_sales.sold_by(agent.pk))
    assert sold.count() == 1
    assert not Product.objects.filter(agent_sales.sold_by(other.pk)).exists()
    assert not Product.objects.filter(agent_sales.sold_by(None)).exists()


def test_a_product_that_no_agent_sells(basket: Basket, agent: Agent, flipflops: Variant) -> None:
    products.edit(flipflops.product, actor=None, fields={"agents_may_sell": False})
    with pytest.raises(NotForAgents) as refused:
        by(basket, agent).place()
    assert refused.value.product_ids == (str(flipflops.product.public_id),)


def test_no_order_is_more_than_is_allowed(basket: Basket, agent: Agent, consent: Consent) -> None:
    allowances.bound(consent, bounds(per_order=3789))
    with pytest.raises(BeyondAllowance):
        by(basket, agent, consent).place()
    allowances.bound(consent, bounds(per_order=3790))
    by(basket, agent, consent).place()


def test_another_currency_and_a_day_that_is_past(
    basket: Basket, agent: Agent, consent: Consent
) -> None:
    allowances.bound(consent, bounds(per_order=10_000, currency="USD"))
    with pytest.raises(BeyondAllowance):
        by(basket, agent, consent).place()
    allowances.bound(consent, bounds(currency="USD"))
    by(basket, agent, consent, key="without a bound").place()
    yesterday = timezone.localdate() - timedelta(days=1)
    allowances.bound(consent, bounds(ends_on=yesterday))
    with pytest.raises(BeyondAllowance):
        by(basket, agent, consent).place()


def test_a_month_adds_up_and_cancelled_orders_do_not_count(
    basket: Basket, agent: Agent, consent: Consent
) -> None:
    allowances.bound(consent, bounds(per_month=2 * 3790))
    first = by(basket, agent, consent, key="1").place()
    by(basket, agent, consent, key="2").place()
    with pytest.raises(BeyondAllowance):
        by(basket, agent, consent, key="3").place()
    Order.objects.filter(pk=first.pk).update(
        status="cancelled", cancelled_at=timezone.now(), reserved_until=None
    )
    by(basket, agent, consent, key="3").place()
    row = allowances.of(consent)
    assert row is not None
    last_month = timezone.now() - timedelta(days=32)
    AgentPurchase.objects.update(created_at=last_month)
    assert agents.spent(row) == 0


@pytest.mark.django_db(transaction=True)
def test_two_orders_at_once_do_not_pass_the_month_together(
    basket: Basket, agent: Agent, consent: Consent
) -> None:
    allowances.bound(consent, bounds(per_month=3790))
    together = threading.Barrier(4)
    placed: list[str] = []

    def order(number: int) -> None:
        try:
            together.wait()
            by(basket, agent, consent, key=f"key-{number}").place()
            placed.append("placed")
        except BeyondAllowance:
            placed.append("beyond")
        finally:
            connection.close()

    threads = [threading.Thread(target=order, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(placed) == ["beyond", "beyond", "beyond", "placed"]
    assert AgentPurchase.objects.count() == 1
