"""Parameters of Stripe's preview versions, which the library's tables do not have yet.

https://docs.stripe.com/agentic-commerce/concepts/shared-payment-tokens
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stripe import params

from sandbox.schema.library import fields_of
from sandbox.schema.types import Field, Fields, Integer, Table, Text, Type

GRANTED_TOKEN = Fields(
    lambda: {
        "payment_method": Field(Text(), required=True),
        "usage_limits": Field(
            Fields(
                lambda: {
                    "currency": Field(Text(3), required=True),
                    "max_amount": Field(Integer(), required=True),
                    "expires_at": Field(Integer()),
                }
            ),
            required=True,
        ),
        "customer": Field(Text()),
        "shared_metadata": Field(Table()),
    }
)
SHARED = "shared_payment_granted_token"


@dataclass(frozen=True)
class MethodData:
    """`payment_method_data`: a shared payment token, or what the library's table says."""

    inner: Type
    shared: Type

    def parse(self, value: Any, name: str) -> Any:
        known = isinstance(value, dict) and SHARED in value
        return (self.shared if known else self.inner).parse(value, name)


SHARED_DATA = Fields(lambda: {SHARED: Field(Text(), required=True)})


def with_shared(table: type) -> dict[str, Field]:
    """What intents take beside the library's table: `table` is that of their `payment_method_data`."""
    return {"payment_method_data": Field(MethodData(fields_of(table), SHARED_DATA))}


CREATE = with_shared(params.PaymentIntentCreateParamsPaymentMethodData)
CONFIRM = with_shared(params.PaymentIntentConfirmParamsPaymentMethodData)
