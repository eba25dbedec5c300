"""The harness itself: it finds what is wrong, composes extensions and reads requests' variants."""

import copy
from typing import Any

from tests.protocols.schemas import errors, valid

CHECKOUT = {
    "ucp": {"version": "2026-04-08", "payment_handlers": {}},
    "id": "chk_1",
    "line_items": [
        {
            "id": "li_1",
            "item": {"id": "rose", "title": "Rose", "price": 350},
            "quantity": 2,
            "totals": [{"type": "subtotal", "amount": 700}, {"type": "total", "amount": 700}],
        }
    ],
    "status": "incomplete",
    "currency": "EUR",
    "totals": [{"type": "subtotal", "amount": 700}, {"type": "total", "amount": 700}],
    "links": [{"type": "terms_of_service", "url": "https://shop.example/terms"}],
    "expires_at": "2026-04-08T12:00:00Z",
}
EXTENSIONS = ["fulfillment", "discount", "buyer_consent", "cart"]


def without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names}


def test_a_document_that_fits_has_no_errors():
    assert valid(CHECKOUT, "shopping/checkout.json", with_=EXTENSIONS)


def test_errors_say_where_and_what():
    broken = copy.deepcopy(CHECKOUT) | {"status": "paid", "expires_at": "tomorrow"}
    broken["totals"][0]["amount"] = -1
    found = errors(broken, "shopping/checkout.json")
    assert any(error.startswith("$.status: 'paid' is not one of") for error in found)
    assert any(error.startswith("$.expires_at: ") for error in found)
    assert any(error.startswith("$.totals[0].amount: ") for error in found)


def test_an_extension_says_more_of_a_document():
    extended = CHECKOUT | {"discounts": {"applied": [{"title": "Spring"}]}}
    assert valid(extended, "shopping/checkout.json")
    assert errors(extended, "shopping/checkout.json", with_=["discount"]) == [
        "$.discounts.applied[0]: 'amount' is a required property"
    ]


def test_a_request_leaves_out_what_the_business_says():
    request = {"line_items": [{"item": {"id": "rose"}, "quantity": 1}]}
    assert valid(request, "shopping/checkout.json", with_=EXTENSIONS, request="create")
    assert errors({}, "shopping/checkout.json", request="create") == [
        "$: 'line_items' is a required property"
    ]
    with_status = request | {"status": "completed"}
    assert errors(with_status, "shopping/checkout.json", request="create")
    assert errors({}, "shopping/checkout.json", request="complete") == [
        "$: 'payment' is a required property"
    ]


def test_a_business_profile_is_checked_through_its_misnamed_references():
    service = {"version": "2026-04-08", "transport": "rest", "endpoint": "https://a.example"}
    named = {"services": {"dev.ucp.shopping": [service]}, "payment_handlers": {}}
    profile = {"ucp": {"version": "2026-04-08", **named}}
    schema = "discovery/profile.json#/$defs/business_profile"
    assert valid(profile, schema)
    assert errors({"ucp": without(profile["ucp"], "services")}, schema) == [
        "$.ucp: 'services' is a required property"
    ]


def test_acps_parts_find_their_neighbours():
    cart = errors({"id": "c"}, "schema.cart.json#/$defs/Cart")
    assert "$: 'line_items' is a required property" in cart
    event = errors(
        {"type": "order_create", "data": {"type": "order"}},
        "openapi.agentic_checkout_webhook.yaml#/components/schemas/WebhookEvent",
    )
    assert "$.data: 'checkout_session_id' is a required property" in event
