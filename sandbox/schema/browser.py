"""Parameters that only the browser script sends, with a publishable key."""

from __future__ import annotations

from sandbox.schema.types import Choice, Field, Fields, Table, Text

SECRET = {"client_secret": Field(Text())}
ANY_ADDRESS = Fields(
    lambda: {
        name: Field(Text())
        for name in ("city", "country", "line1", "line2", "postal_code", "state")
    }
)
CARD = Fields(
    lambda: {
        **{name: Field(Text()) for name in ("number", "exp_month", "exp_year", "cvc")},
        "wallet": Field(Choice(("apple_pay", "google_pay"))),
    }
)
BILLING = Fields(
    lambda: {
        **{name: Field(Text()) for name in ("email", "name", "phone", "tax_id")},
        "address": Field(ANY_ADDRESS),
    }
)
# What Stripe.js sends to make a confirmation token; Stripe does not publish this table.
BROWSER_TOKEN = Fields(
    lambda: {
        "payment_method": Field(Text()),
        "payment_method_data": Field(
            Fields(
                lambda: {
                    "type": Field(Choice(("card",)), required=True),
                    "card": Field(CARD, required=True),
                    "billing_details": Field(BILLING),
                    "allow_redisplay": Field(Choice(("always", "limited", "unspecified"))),
                    "metadata": Field(Table()),
                }
            )
        ),
        "return_url": Field(Text()),
        "setup_future_usage": Field(Choice(("off_session", "on_session"))),
        "shipping": Field(
            Fields(
                lambda: {
                    "name": Field(Text(), required=True),
                    "phone": Field(Text()),
                    "address": Field(ANY_ADDRESS, required=True),
                }
            )
        ),
    }
)
ELEMENTS_SESSION = Fields(lambda: {"customer_session_client_secret": Field(Text(), required=True)})
