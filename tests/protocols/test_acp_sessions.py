"""ACP's checkout sessions: each state walked, on the real stand-in for Stripe."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from catalogue import agent_sales, products
from catalogue.models import Merchant, StockItem, Variant
from checkout import agents, attempts, session_completions
from checkout.models import CheckoutSession, Offer, Order, Payment
from tests.buying import Sandbox
from tests.protocols.acp import BUYER, PARIS, SESSIONS, Butler, butler, codes, item, opening, sums

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agent(flipflops: Variant) -> Butler:
    return butler()


def test_from_goods_to_an_order(agent: Butler, flipflops: Variant, sandbox: Sandbox) -> None:
    told = agent.open(item(flipflops, 2))
    assert (told["status"], told["currency"]) == ("not_ready_for_payment", "eur")
    assert codes(told) == ["missing"]
    assert sums(told)["total"] == 6800
    [handler] = told["capabilities"]["payment"]["handlers"]
    assert (handler["psp"], handler["requires_delegate_payment"]) == ("stripe", True)
    path = f"{SESSIONS}/{told['id']}"
    told = agent.call("POST", path, {"fulfillment_details": PARIS}).json()
    assert codes(told) == ["missing"]
    assert told["messages"][0]["param"] == "$.buyer.email"
    told = agent.call("POST", path, {"buyer": BUYER}).json()
    assert (told["status"], sums(told)["total"]) == ("ready_for_payment", 7190)
    [chosen] = told["selected_fulfillment_options"]
    assert chosen["option_id"] == told["fulfillment_options"][0]["id"]
    answer = agent.complete(told, sandbox.granted(7190, "eur"))
    done = answer.json()
    assert (answer.status_code, done["status"]) == (200, "completed")
    order = Order.objects.get()
    assert (order.status, order.total, order.email) == ("paid", 7190, "mai@people.example")
    assert done["order"]["id"] == str(order.public_id)
    assert done["order"]["status"] == "confirmed"
    assert agents.name_of(order) == "Butler"
    assert agent.look(told)["order"] == done["order"]


def test_an_item_named_twice_is_two_and_lines_keep_their_ids(
    agent: Butler, flipflops: Variant, bookcase: Variant
) -> None:
    one = {"id": str(flipflops.public_id)}
    told = agent.open(one, one)
    [line] = told["line_items"]
    assert line["quantity"] == 2
    both = {"line_items": [item(bookcase), item(flipflops, 3)]}
    told = agent.call("POST", f"{SESSIONS}/{told['id']}", both).json()
    assert {each["item"]["id"]: each["quantity"] for each in told["line_items"]} == {
        str(bookcase.public_id): 1,
        str(flipflops.public_id): 3,
    }
    kept = next(each for each in told["line_items"] if each["quantity"] == 3)
    assert kept["id"] == line["id"]


def test_codes_that_count_and_one_that_does_not(
    agent: Butler, flipflops: Variant, plage: Merchant
) -> None:
    Offer.objects.create(
        name="Ten", code="TEN", kind="percentage", basis_points=1000, merchant=plage
    )
    told = agent.ready(item(flipflops), discounts={"codes": ["ten", "nope"]})
    assert sums(told)["discount"] == 340
    [applied] = told["discounts"]["applied"]
    assert (applied["code"], applied["amount"]) == ("TEN", 340)
    [rejected] = told["discounts"]["rejected"]
    assert rejected["reason"] == "discount_code_invalid"
    told = agent.call("POST", f"{SESSIONS}/{told['id']}", {"discounts": {"codes": []}}).json()
    assert "discount" not in sums(told)


def test_a_declined_card_leaves_it_ready(
    agent: Butler, flipflops: Variant, sandbox: Sandbox
) -> None:
    told = agent.ready(item(flipflops))
    poor = sandbox.granted(9000, "eur", card="pm_card_visa_chargeDeclinedInsufficientFunds")
    told = agent.complete(told, poor).json()
    assert (told["status"], codes(told)) == ("ready_for_payment", ["payment_declined"])
    assert agent.complete(told, sandbox.granted(9000, "eur")).json()["status"] == "completed"
    assert len(sandbox.charges()) == 1


def test_a_token_for_less_than_it_costs(
    agent: Butler, flipflops: Variant, sandbox: Sandbox
) -> None:
    told = agent.ready(item(flipflops))
    told = agent.complete(told, sandbox.granted(100, "eur")).json()
    assert (told["status"], codes(told)) == ("ready_for_payment", ["payment_declined"])
    assert StockItem.objects.get(variant=flipflops).reserved == 0
    assert agent.complete(told, sandbox.granted(9000, "eur")).json()["status"] == "completed"


def test_the_bank_asks_and_the_buyer_answers_on_our_page(
    agent: Butler, flipflops: Variant, sandbox: Sandbox
) -> None:
    told = agent.ready(item(flipflops))
    told = agent.complete(told, sandbox.granted(9000, "eur", card="pm_card_authenticationRequired"))
    told = told.json()
    assert (told["status"], codes(told)) == ("requires_escalation", ["requires_3ds"])
    assert told["continue_url"].startswith("http")
    again = agent.complete(told, sandbox.granted(9000, "eur")).json()
    assert again["status"] == "requires_escalation"
    sandbox.pass_bank(Payment.objects.get())
    agent.until(told, "completed")
    assert len(sandbox.charges()) == 1


def test_a_lost_answer_is_in_progress_and_then_completed(
    agent: Butler, flipflops: Variant, sandbox: Sandbox
) -> None:
    told = agent.ready(item(flipflops))
    sandbox.fault("drop_after", "payment_intents.create", times=2)
    token = sandbox.granted(9000, "eur")
    told = agent.complete(told, token).json()
    assert told["status"] == "complete_in_progress"
    past = timezone.now() - 2 * attempts.GRACE
    Payment.objects.update(attempted_at=past, next_check_at=past)
    agent.until(told, "completed")
    assert agent.complete(told, token).status_code == 200
    assert (Order.objects.count(), len(sandbox.charges())) == (1, 1)


def test_cancelled_once_and_then_no_more(
    agent: Butler, flipflops: Variant, sandbox: Sandbox
) -> None:
    told = agent.ready(item(flipflops))
    path = f"{SESSIONS}/{told['id']}"
    trace = {"intent_trace": {"reason_code": "price_sensitivity"}}
    assert agent.call("POST", f"{path}/cancel", trace).json()["status"] == "canceled"
    assert agent.call("POST", f"{path}/cancel").status_code == 405
    refused = agent.call("POST", path, {"buyer": BUYER})
    assert (refused.status_code, refused.json()["code"]) == (409, "session_closed")
    assert agent.complete(told, sandbox.granted(9000, "eur")).status_code == 409
    assert not Order.objects.exists()


def test_past_its_time(agent: Butler, flipflops: Variant) -> None:
    told = agent.ready(item(flipflops))
    CheckoutSession.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert agent.look(told)["status"] == "expired"


def test_the_price_moved_since_it_was_shown(
    agent: Butler, flipflops: Variant, sandbox: Sandbox
) -> None:
    told = agent.ready(item(flipflops))
    Variant.objects.filter(pk=flipflops.pk).update(price=3500)
    told = agent.complete(told, sandbox.granted(9000, "eur")).json()
    assert (told["status"], codes(told)) == ("ready_for_payment", ["conflict"])
    assert sums(told)["total"] == 3890
    assert sandbox.charges() == []
    assert agent.complete(told, sandbox.granted(9000, "eur")).json()["status"] == "completed"


def test_sold_out_meanwhile(agent: Butler, flipflops: Variant, sandbox: Sandbox) -> None:
    told = agent.ready(item(flipflops))
    StockItem.objects.filter(variant=flipflops).update(on_hand=0)
    told = agent.complete(told, sandbox.granted(9000, "eur")).json()
    assert (told["status"], set(codes(told))) == ("not_ready_for_payment", {"out_of_stock"})
    assert told["line_items"][0]["availability_status"] == "out_of_stock"


def test_a_shop_that_lets_no_agent_sell(
    agent: Butler, flipflops: Variant, plage: Merchant, sandbox: Sandbox
) -> None:
    told = agent.ready(item(flipflops))
    agent_sales.choose(plage, "none", [])
    told = agent.complete(told, sandbox.granted(9000, "eur")).json()
    assert (told["status"], codes(told)) == ("not_ready_for_payment", ["unsupported"])
    agent_sales.choose(plage, "all", [])
    products.edit(flipflops.product, actor=None, fields={"agents_may_sell": False})
    told = agent.open(item(flipflops))
    assert "unsupported" in codes(told)
    assert not Order.objects.exists()


def test_completed_twice_at_once_is_one_order_and_one_charge(
    agent: Butler, flipflops: Variant, sandbox: Sandbox
) -> None:
    told = agent.ready(item(flipflops))
    token = sandbox.granted(9000, "eur")
    together, found = threading.Barrier(3), []

    def complete() -> None:
        try:
            mine = Butler(agent.secret)
            together.wait()
            found.append(mine.complete(told, token).json()["status"])
        finally:
            connection.close()

    threads = [threading.Thread(target=complete) for _each in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) <= {"completed", "complete_in_progress"}
    agent.until(told, "completed")
    assert (Order.objects.count(), len(sandbox.charges())) == (1, 1)


def test_killed_between_order_and_payment_it_goes_on(
    agent: Butler, flipflops: Variant, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = agent.ready(item(flipflops))
    token = sandbox.granted(9000, "eur")

    def die(*_args: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(session_completions, "_pay", die)
        patch.setattr(session_completions, "_release", lambda *_args: None)
        with pytest.raises(SystemExit):
            agent.complete(told, token)
    assert agent.look(told)["status"] == "complete_in_progress"
    CheckoutSession.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert agent.complete(told, token).json()["status"] == "completed"
    assert (Order.objects.count(), len(sandbox.charges())) == (1, 1)


def test_nobody_elses_is_there(agent: Butler, flipflops: Variant) -> None:
    told = agent.ready(item(flipflops))
    other = butler("Other")
    assert other.call("GET", f"{SESSIONS}/{told['id']}").status_code == 404
    assert other.call("POST", f"{SESSIONS}/{told['id']}/cancel").status_code == 404


def test_in_french(agent: Butler, flipflops: Variant) -> None:
    told = agent.call("POST", SESSIONS, opening(item(flipflops)), Accept_Language="fr-FR").json()
    assert told["locale"] == "fr"
    assert "Livraison" in [each["display_text"] for each in told["totals"]]
