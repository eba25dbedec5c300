"""Customer sessions: let the Payment Element show and keep a customer's cards for half an hour.

https://docs.stripe.com/api/customer_sessions
"""

from __future__ import annotations

from typing import Any

from sandbox import customers, ids
from sandbox.calls import Call
from sandbox.errors import invalid, missing_parameter, missing_resource

LIFETIME = 30 * 60  # seconds
KIND = "customer_session"
PLAIN = ("active_entitlements", "buy_button", "customer_portal", "pricing_table")
PAYMENT_ELEMENT: dict[str, Any] = {
    "payment_method_allow_redisplay_filters": ["always"],
    "payment_method_redisplay": "disabled",
    "payment_method_redisplay_limit": 3,
    "payment_method_remove": "disabled",
    "payment_method_save": "disabled",
    "payment_method_save_usage": None,
}


def create(call: Call) -> dict[str, Any]:
    if not call.get("customer"):
        raise missing_parameter("customer")
    customer = customers.existing(call, call.params["customer"], param="customer")
    given = call.params["components"]
    components: dict[str, Any] = {
        name: {"enabled": bool((given.get(name) or {}).get("enabled"))} for name in PLAIN
    }
    for name in ("customer_sheet", "mobile_payment_element"):
        components[name] = {"enabled": False, "features": None}
    element = given.get("payment_element") or {"enabled": False}
    features = {**PAYMENT_ELEMENT, **(element.get("features") or {})}
    components["payment_element"] = {
        "enabled": element["enabled"],
        "features": features if element["enabled"] else None,
    }
    if not any((part or {}).get("enabled") for part in given.values()):
        raise invalid(
            "You must enable at least one component for this customer session.", param="components"
        )
    secret = f"cuss_secret_{ids.token(40)}"
    session = {
        "object": KIND,
        "client_secret": secret,
        "components": components,
        "created": call.now,
        "customer": customer["id"],
        "customer_account": None,
        "expires_at": call.now + LIFETIME,
        "livemode": False,
    }
    call.store.save({**session, "id": secret})
    return session


def elements_session(call: Call) -> dict[str, Any]:
    """What the Payment Element asks for when it opens: features and the cards it may show."""
    secret = call.params["customer_session_client_secret"]
    session = call.store.find(secret, KIND)
    if session is None or session["expires_at"] <= call.now:
        raise missing_resource(KIND, "…", param="customer_session_client_secret", status=400)
    features = session["components"]["payment_element"]["features"] or PAYMENT_ELEMENT
    methods: list[dict[str, Any]] = []
    if features["payment_method_redisplay"] == "enabled":
        shown = features["payment_method_allow_redisplay_filters"]
        methods = [
            method
            for method in call.store.all("payment_method", customer=session["customer"])
            if method["allow_redisplay"] in shown
        ]
    limit = features["payment_method_redisplay_limit"]
    return {
        "object": "elements_session",
        "customer": {
            "id": session["customer"],
            "payment_methods": methods[::-1][:limit],
        },
        "features": features,
    }
