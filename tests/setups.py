"""A card that a browser sets up at Stripe, without the browser."""

from __future__ import annotations

from django.conf import settings

from accounts.models import User
from checkout import setups
from tests.buying import Sandbox


def set_up(user: User, sandbox: Sandbox, card: str = "pm_card_visa", *, key: str = "form-1") -> str:
    """What the page's script does up to Stripe's answer; the SetupIntent's id."""
    named = setups.begin(user, key=key).split("_secret_")[0]
    sandbox.http.post(
        f"/v1/setup_intents/{named}/confirm",
        data={"payment_method": card, "return_url": "https://etal.example/account/cards/"},
        auth=(settings.STRIPE_SECRET_KEY, ""),
    )
    return named
