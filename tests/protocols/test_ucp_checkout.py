"""UCP's checkout sessions from the first call to the order: each answer fits the schemas and adds up."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from catalogue.models import Merchant, Product, ShippingRate, StockItem, TaxRate, Variant
from checkout import payments
from checkout.models import CheckoutSession, Offer, Order
from tests.buying import Sandbox, shelf
from tests.protocols.conftest import Agent
from tests.protocols.schemas import errors, valid
from tests.protocols.ucp_calls import (
    HOME,
    PAGES,
    Shop,
    adds_up,
    checked,
    paying,
    shipped,
    wanting,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(agent: Agent) -> Shop:
    return Shop(agent)


def said(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(each["type"], each["code"], each.get("path", "")) for each in document["messages"]]


def test_from_the_first_call_to_the_order(
    shop: Shop, sandbox: Sandbox, flipflops: Variant, plage: Merchant
) -> None:
    made = shop.create(wanting(flipflops, 2))
    assert made["status"] == "incomplete"
    assert made["line_items"][0]["item"] == {
        "id": "COR",
        "title": "Corniche flip-flops",
        "price": 3400,
        "image_url": made["line_items"][0]["item"]["image_url"],
    }
    assert said(made)[0][:2] == ("error", "fulfillment_destination_required")
    assert made["totals"][-1] == {"type": "total", "display_text": "Total", "amount": 6800}
    assert made["links"] == [
        {
            "type": "terms_of_service",
            "url": f"{PAGES}/terms/{plage.public_id}/",
            "title": "Terms of Plage",
        }
    ]
    ready = shop.replace(made["id"], wanting(flipflops, 2, **shipped()))
    assert (ready["status"], ready["messages"]) == ("ready_for_complete", [])
    assert ready["buyer"]["email"] == "mai@people.example"
    [method] = ready["fulfillment"]["methods"]
    assert (method["selected_destination_id"], method["line_item_ids"]) == ("home", ["li_1"])
    [group] = method["groups"]
    assert (len(group["options"]), group["selected_option_id"]) == (1, group["options"][0]["id"])
    assert shop.get(made["id"]) == ready
    done = shop.complete(made["id"], paying(sandbox.token()))
    order = Order.objects.get()
    assert done["status"] == "completed"
    assert done["order"]["id"] == str(order.public_id)
    assert done["order"]["label"] == order.reference
    assert (order.total, done["totals"][-1]["amount"]) == (7190, 7190)
    assert "continue_url" not in done
    assert "token" not in str(done["payment"])
    assert [charge["amount"] for charge in sandbox.charges()] == [7190]
    for again in (
        shop.agent.post(shop.url(made["id"], "complete"), paying(sandbox.token())),
        shop.agent.put(shop.url(made["id"]), wanting(flipflops)),
        shop.agent.post(shop.url(made["id"], "cancel")),
    ):
        assert (again.status_code, again.json()["code"]) == (409, "session_closed")


def test_the_same_call_twice_is_one_order(shop: Shop, sandbox: Sandbox, flipflops: Variant) -> None:
    made = shop.create(wanting(flipflops, **shipped()))
    key, body = str(uuid4()), paying(sandbox.token())
    first, second = (
        shop.agent.post(shop.url(made["id"], "complete"), body, Idempotency_Key=key)
        for _ in range(2)
    )
    assert (first.status_code, first.json()) == (200, second.json())
    assert len(sandbox.charges()) == Order.objects.count() == 1
    other = shop.agent.post(
        shop.url(made["id"], "complete"), paying(sandbox.token()), Idempotency_Key=key
    )
    assert other.status_code == 409


def test_ways_of_delivery_are_the_buyers_choice(
    shop: Shop, flipflops: Variant, bookcase: Variant, plage: Merchant, rayon: Merchant
) -> None:
    for merchant in (plage, rayon):
        ShippingRate.objects.create(
            merchant=merchant,
            name="Express",
            external_id="fast",
            countries=["FR"],
            price=990,
            position=1,
        )
    made = shop.create(wanting(flipflops, **shipped()))
    line = made["line_items"][0]
    both = [{"id": line["id"], **_asked(line)}, {"item": {"id": "BOO"}, "quantity": 1}]
    fulfillment = made["fulfillment"]
    [group] = fulfillment["methods"][0]["groups"]
    group["selected_option_id"] = "fast"
    chosen = shop.replace(made["id"], {"line_items": both, "fulfillment": fulfillment})
    groups = chosen["fulfillment"]["methods"][0]["groups"]
    assert [each["selected_option_id"] == "fast" for each in groups] == [True, False]
    # An id by itself is meant for whichever parcel has it.
    del group["id"]
    chosen = shop.replace(made["id"], {"line_items": both, "fulfillment": fulfillment})
    groups = chosen["fulfillment"]["methods"][0]["groups"]
    assert [group["selected_option_id"] for group in groups] == ["fast", "fast"]
    assert [group["line_item_ids"] for group in groups] == [["li_1"], ["li_2"]]
    assert _total(chosen, "fulfillment") == 2 * 990
    # Of two that have it, the group says which.
    first = groups[0]["options"][0]["id"]
    groups[0]["selected_option_id"] = first
    chosen = shop.replace(made["id"], {"line_items": both, "fulfillment": chosen["fulfillment"]})
    groups = chosen["fulfillment"]["methods"][0]["groups"]
    assert [group["selected_option_id"] for group in groups][1] == "fast"


def test_discounts_are_applied_and_refused_in_the_protocols_words(
    shop: Shop, flipflops: Variant, plage: Merchant
) -> None:
    for code, points in (("TEN", 1000), ("FIFTH", 2000)):
        Offer.objects.create(
            name=code.title(),
            code=code,
            kind="percentage",
            basis_points=points,
            merchant=plage,
            combines=True,
        )
    Offer.objects.create(name="Free post", kind="free_delivery", merchant=plage)
    Offer.objects.create(
        name="Lonely", code="LONELY", kind="amount", amount=100, currency="EUR", merchant=plage
    )
    codes = ["ten", "FIFTH", "NONE", "LONELY"]
    made = shop.create(wanting(flipflops, **shipped(), discounts={"codes": codes}))
    assert made["discounts"]["codes"] == codes
    applied = made["discounts"]["applied"]
    assert [(each.get("code"), each["amount"], each.get("automatic")) for each in applied] == [
        (None, 390, True),
        ("TEN", 340, None),
        ("FIFTH", 612, None),
    ]
    assert applied[1]["allocations"] == [{"path": "$.line_items[0]", "amount": 340}]
    assert applied[0]["allocations"] == [{"path": "$.totals.shipping", "amount": 390}]
    assert said(made) == [
        ("warning", "discount_code_invalid", "$.discounts.codes[2]"),
        ("warning", "discount_code_combination_disallowed", "$.discounts.codes[3]"),
    ]
    assert made["status"] == "ready_for_complete"
    assert _total(made, "items_discount") == -952
    assert _total(made, "discount") == -390
    [option] = made["fulfillment"]["methods"][0]["groups"][0]["options"]
    assert (option["title"], option["totals"][-1]["amount"]) == ("Home (Free)", 0)
    cleared = shop.replace(made["id"], wanting(flipflops, discounts={"codes": []}))
    assert [each["title"] for each in cleared["discounts"]["applied"]] == ["Free post"]


def test_tax_on_top_is_an_entry_and_tax_inside_none(
    shop: Shop, sandbox: Sandbox, flipflops: Variant
) -> None:
    assert _total(shop.create(wanting(flipflops, **shipped())), "tax") is None
    TaxRate.objects.create(country="DE", category=None, basis_points=1900, inclusive=False)
    berlin = {
        **HOME,
        "address_country": "Germany",
        "postal_code": "10115",
        "address_locality": "Berlin",
    }
    made = shop.create(wanting(flipflops, **shipped(berlin)))
    assert _total(made, "tax") == 646 + 74
    assert shop.complete(made["id"], paying(sandbox.token()))["totals"] == made["totals"]


def test_a_declined_card_is_402_and_another_one_pays(
    shop: Shop, sandbox: Sandbox, flipflops: Variant
) -> None:
    made = shop.create(wanting(flipflops, **shipped()))
    answer = shop.agent.post(
        shop.url(made["id"], "complete"), paying(sandbox.token("pm_card_visa_chargeDeclined"))
    )
    assert answer.status_code == 402
    declined = checked(answer)
    assert said(declined) == [("error", "payment_failed", "$.payment.instruments")]
    assert declined["status"] == "ready_for_complete"
    assert shop.complete(made["id"], paying(sandbox.token()))["status"] == "completed"
    assert Order.objects.count() == 1


def test_the_banks_question_is_answered_on_our_page(
    shop: Shop, sandbox: Sandbox, flipflops: Variant
) -> None:
    made = shop.create(wanting(flipflops, **shipped()))
    token = sandbox.token("pm_card_authenticationRequired")
    asked = shop.complete(made["id"], paying(token))
    assert asked["status"] == "requires_escalation"
    [message] = asked["messages"]
    assert message["severity"] == "requires_buyer_input"
    page = shop.agent.client.get(asked["continue_url"].removeprefix(PAGES))
    assert (page.status_code, b"data-secret" in page.content) == (200, True)
    payment = Order.objects.get().payments.get()
    sandbox.pass_bank(payment)
    payments.settle(payment.pk)
    assert shop.get(made["id"])["status"] == "completed"


def test_cancelling_gives_the_goods_back(shop: Shop, sandbox: Sandbox, flipflops: Variant) -> None:
    made = shop.create(wanting(flipflops, **shipped()))
    shop.complete(made["id"], paying(sandbox.token("pm_card_authenticationRequired")))
    assert shelf(flipflops) == (10, 1)
    over = checked(shop.agent.post(shop.url(made["id"], "cancel")))
    assert (over["status"], shelf(flipflops)) == ("canceled", (10, 0))
    assert "continue_url" not in over
    for again in (
        shop.agent.post(shop.url(made["id"], "complete"), paying(sandbox.token())),
        shop.agent.put(shop.url(made["id"]), wanting(flipflops)),
        shop.agent.post(shop.url(made["id"], "cancel")),
    ):
        assert again.status_code == 409


def test_a_price_that_moved_is_shown_before_it_is_charged(
    shop: Shop, sandbox: Sandbox, flipflops: Variant
) -> None:
    made = shop.create(wanting(flipflops, **shipped()))
    Variant.objects.filter(pk=flipflops.pk).update(price=3500)
    told = shop.complete(made["id"], paying(sandbox.token()))
    assert told["messages"][0]["code"] == "total_changed"
    assert (told["totals"][-1]["amount"], sandbox.charges()) == (3890, [])
    assert shop.complete(made["id"], paying(sandbox.token()))["status"] == "completed"


def test_stock_that_went_is_told_line_by_line(
    shop: Shop, sandbox: Sandbox, flipflops: Variant, bookcase: Variant
) -> None:
    body = wanting(flipflops, 2, **shipped())
    body["line_items"].append({"item": {"id": "BOO"}, "quantity": 1})
    made = shop.create(body)
    StockItem.objects.filter(variant=flipflops).update(on_hand=1)
    Product.objects.filter(pk=bookcase.product_id).update(status=Product.Status.ARCHIVED)
    told = shop.complete(made["id"], paying(sandbox.token()))
    assert (told["status"], said(told)) == (
        "incomplete",
        [
            ("error", "out_of_stock", "$.line_items[0]"),
            ("error", "item_unavailable", "$.line_items[1]"),
        ],
    )
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ({"item": {"id": "pink_wumpus"}, "quantity": 1}, "not_found", "not found"),
        ({"item": {"id": "COR"}, "quantity": 11}, "out_of_stock", "Insufficient stock"),
        ({"item": {"id": "COR"}, "quantity": 10_001}, "out_of_stock", "Insufficient stock"),
    ],
)
def test_what_cannot_be_had_at_all_opens_nothing(
    shop: Shop, flipflops: Variant, line: dict[str, Any], code: str, words: str
) -> None:
    answer = shop.agent.post(shop.url(), {"line_items": [line]})
    assert answer.status_code == 400
    assert valid(answer.json(), "shopping/types/error_response.json")
    [message] = answer.json()["messages"]
    assert (message["code"], words in message["content"]) == (code, True)
    assert not CheckoutSession.objects.exists()
    made = shop.create(wanting(flipflops))
    answer = shop.agent.put(shop.url(made["id"]), {"id": made["id"], "line_items": [line]})
    assert answer.status_code == 400
    assert shop.get(made["id"])["line_items"] == made["line_items"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "$.line_items"),
        ({"line_items": []}, "$.line_items"),
        ({"line_items": {}}, "$.line_items"),
        ({"line_items": [{"quantity": 1}]}, "$.line_items[0].item.id"),
        ({"line_items": [{"item": {"id": "COR"}}]}, "$.line_items[0].quantity"),
        ({"line_items": [{"item": {"id": "COR"}, "quantity": 0}]}, "$.line_items[0].quantity"),
        ({"line_items": [{"item": {"id": "COR"}, "quantity": "1"}]}, "$.line_items[0].quantity"),
        ({"buyer": {"email": 1}}, "$.buyer.email"),
        ({"buyer": {"consent": {"marketing": "yes"}}}, "$.buyer.consent.marketing"),
        ({"context": {"address_country": "Nowhere"}}, "$.context.address_country"),
        ({"discounts": {"codes": [1]}}, "$.discounts.codes[0]"),
        ({"payment": {"instruments": [{"id": "a"}]}}, "$.payment.instruments[0].handler_id"),
        (
            {"fulfillment": {"methods": [{"type": "shipping", "selected_destination_id": "x"}]}},
            "$.fulfillment.methods[0].selected_destination_id",
        ),
        (
            {
                "fulfillment": {
                    "methods": [
                        {"type": "shipping", "destinations": [{"address_country": "Nowhere"}]}
                    ]
                }
            },
            "$.fulfillment.methods[0].destinations[0].address_country",
        ),
    ],
)
def test_what_the_schemas_forbid_is_refused_with_its_place(
    shop: Shop, flipflops: Variant, body: dict[str, Any], path: str
) -> None:
    sent = body if "line_items" in body or not body else {**wanting(flipflops), **body}
    answer = shop.agent.post(shop.url(), sent)
    assert (answer.status_code, answer.json()["messages"][0]["path"]) == (400, path)
    assert answer.json()["code"] == "invalid_request"
    assert not CheckoutSession.objects.exists()


def test_what_we_send_in_tests_fits_the_schemas(flipflops: Variant) -> None:
    body = wanting(flipflops, discounts={"codes": ["A"]})
    extensions = ["fulfillment", "discount", "buyer_consent"]
    assert not errors(body, "shopping/checkout.json", with_=extensions, request="create")
    paid = paying("ctoken_1")
    assert not errors(paid, "shopping/checkout.json", with_=extensions, request="complete")


def test_completing_needs_a_place_and_an_instrument(
    shop: Shop, sandbox: Sandbox, flipflops: Variant
) -> None:
    made = shop.create(wanting(flipflops))
    url = shop.url(made["id"], "complete")
    nowhere = shop.agent.post(url, paying("ctoken_1"))
    assert nowhere.status_code == 400
    assert "Fulfillment address and option must be selected" in nowhere.json()["content"]
    shop.replace(made["id"], wanting(flipflops, **shipped()))
    for body, path in (
        ({}, "$.payment.instruments"),
        (paying("ctoken_1", handler_id="other"), "$.payment.instruments[0].handler_id"),
        # Made-up payments are there in development alone.
        (
            paying("success_token", handler_id="mock_payment_handler"),
            "$.payment.instruments[0].handler_id",
        ),
        (paying(""), "$.payment.instruments[0].credential.token"),
    ):
        answer = shop.agent.post(url, body)
        assert (answer.status_code, answer.json()["messages"][0]["path"]) == (400, path), body
    assert not Order.objects.exists()


def test_what_is_missing_of_the_buyer_is_told(
    shop: Shop, sandbox: Sandbox, flipflops: Variant
) -> None:
    somewhere = {"id": "there", "address_country": "FR", "postal_code": "35000"}
    made = shop.create({**wanting(flipflops), **shipped(somewhere), "buyer": {}})
    assert {path for _type, _code, path in said(made)} == {
        "$.buyer.email",
        *[
            f"$.fulfillment.methods[0].destinations[0].{name}"
            for name in ("last_name", "street_address", "address_locality")
        ],
    }
    assert made["totals"][-1]["amount"] == 3790
    told = shop.complete(made["id"], paying(sandbox.token()))
    assert (told["status"], Order.objects.count()) == ("incomplete", 0)


def test_consents_and_what_is_left_out_stay(shop: Shop, flipflops: Variant) -> None:
    consent = {"marketing": True, "analytics": False}
    body = wanting(flipflops, **shipped())
    body["buyer"]["consent"] = consent
    made = shop.create(body)
    assert made["buyer"]["consent"] == consent
    kept = shop.replace(made["id"], wanting_only_lines(flipflops))
    assert (kept["buyer"], kept["fulfillment"]) == (made["buyer"], made["fulfillment"])


def test_a_platform_that_cannot_ship_hands_over(
    shop: Shop, sandbox: Sandbox, flipflops: Variant
) -> None:
    del shop.agent.server.document["ucp"]["capabilities"]["dev.ucp.shopping.fulfillment"]
    made = shop.create(wanting(flipflops), extensions=["discount", "buyer_consent"])
    assert "fulfillment" not in made
    assert made["status"] == "requires_escalation"
    assert made["messages"][0]["severity"] == "requires_buyer_input"
    assert made["continue_url"].startswith(f"{PAGES}/buy/session/")


def test_a_session_is_its_platforms_alone(shop: Shop, new_agent: Any, flipflops: Variant) -> None:
    made = shop.create(wanting(flipflops, **shipped()))
    other = new_agent()
    for answer in (
        other.get(shop.url(made["id"])),
        other.put(shop.url(made["id"]), wanting(flipflops)),
        other.post(shop.url(made["id"], "complete"), paying("ctoken_1")),
        other.post(shop.url(made["id"], "cancel")),
        other.get(f"/ucp/v1/carts/{made['id']}"),
        shop.agent.get(f"/ucp/v1/carts/{made['id']}"),
        shop.agent.get(shop.url("nonsense")),
    ):
        assert answer.status_code == 404
        assert valid(answer.json(), "shopping/types/error_response.json")


def test_places_are_not_offered_for_an_e_mail_address_that_somebody_typed(
    shop: Shop, flipflops: Variant
) -> None:
    shop.create(wanting(flipflops, **shipped()))
    nothing = {"fulfillment": {"methods": [{"type": "shipping"}]}}
    buyer = {"buyer": {"email": "mai@people.example"}}
    offered = shop.create({**wanting_only_lines(flipflops), **buyer, **nothing})
    assert offered["fulfillment"]["methods"][0]["destinations"] == []


def test_places_are_offered_again_to_whom_told_them_in_development(
    shop: Shop, new_agent: Any, flipflops: Variant, settings: Settings
) -> None:
    settings.UCP_OPEN = True
    place = {name: text for name, text in HOME.items() if name != "id"}
    buyer = {"buyer": {"email": "mai@people.example"}}
    first = shop.create(wanting(flipflops, **shipped(place, chosen="")))
    [known] = first["fulfillment"]["methods"][0]["destinations"]
    assert known["id"].startswith("dest_")
    nothing = {"fulfillment": {"methods": [{"type": "shipping"}]}}
    offered = shop.create({**wanting_only_lines(flipflops), **buyer, **nothing})
    assert offered["fulfillment"]["methods"][0]["destinations"] == [known]
    chosen = {
        "fulfillment": {"methods": [{"type": "shipping", "selected_destination_id": known["id"]}]}
    }
    picked = shop.replace(offered["id"], {**wanting_only_lines(flipflops), **chosen})
    assert picked["fulfillment"]["methods"][0]["selected_destination_id"] == known["id"]
    other = Shop(new_agent()).create({**wanting_only_lines(flipflops), **buyer, **nothing})
    assert other["fulfillment"]["methods"][0]["destinations"] == []


def wanting_only_lines(variant: Variant) -> dict[str, Any]:
    return {"line_items": [{"item": {"id": variant.sku}, "quantity": 1}]}


def test_made_up_payments_pay_in_development(
    shop: Shop, sandbox: Sandbox, flipflops: Variant, settings: Settings
) -> None:
    settings.UCP_OPEN = True
    bare = {"id": "dest_1", "address_country": "US"}
    ShippingRate.objects.create(
        merchant=flipflops.merchant, name="Standard", external_id="std", countries=["US"], price=500
    )
    made = shop.create({**wanting_only_lines(flipflops), **shipped(bare, chosen="dest_1")})
    assert made["totals"][-1]["amount"] == 3900
    url = shop.url(made["id"], "complete")
    failing = {"payment_data": instrument("fail_token")}
    assert shop.agent.post(url, failing).status_code == 402
    review = {
        "payment_data": instrument("success_token"),
        "risk_signals": {"simulation_trigger": "escalation_required"},
    }
    looked = checked(shop.agent.post(url, review))
    assert looked["status"] == "requires_escalation"
    assert looked["messages"][0]["severity"] == "requires_buyer_input"
    done = shop.complete(made["id"], {"payment_data": instrument("success_token")})
    assert done["status"] == "completed"
    assert [charge["amount"] for charge in sandbox.charges()] == [3900]


def instrument(token: str) -> dict[str, Any]:
    credential = {"type": "token", "token": token}
    return {
        "id": "instr_1",
        "handler_id": "mock_payment_handler",
        "type": "card",
        "credential": credential,
    }


def _asked(line: dict[str, Any]) -> dict[str, Any]:
    return {"item": {"id": line["item"]["id"]}, "quantity": line["quantity"]}


def _total(document: dict[str, Any], kind: str) -> int | None:
    assert adds_up(document)
    found = [each["amount"] for each in document["totals"] if each["type"] == kind]
    return sum(found) if found else None
