"""How can be paid, as the profile and each checkout declare it."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from protocols.ucp.versions import VERSION

# The handlers' ids, which an instrument names.
STRIPE = "stripe"
MOCK = "mock_payment_handler"


def declared() -> dict[str, list[dict[str, Any]]]:
    """The handlers, by their reverse-domain name. docs/ucp.md says what a platform makes of them."""
    stripe: dict[str, Any] = {
        "id": STRIPE,
        "version": VERSION,
        "available_instruments": [{"type": "card"}],
        "config": {
            "publishable_key": settings.STRIPE_PUBLISHABLE_KEY,
            "credential": "confirmation_token",
        },
    }
    handlers = {"com.stripe.confirmation_token": [stripe]}
    if has_mock():
        mock: dict[str, Any] = {
            "id": MOCK,
            "version": VERSION,
            "available_instruments": [{"type": "card"}],
        }
        handlers["dev.ucp.mock_payment"] = [mock]
    return handlers


def has_mock() -> bool:
    """Whether made-up tokens pay: in development alone."""
    return bool(settings.UCP_OPEN)
