"""Operations that Stripe has in its preview versions alone."""

from __future__ import annotations

from sandbox import granted_tokens as g
from sandbox.operation import Operation, operation
from sandbox.schema.preview import GRANTED_TOKEN
from sandbox.schema.types import Fields

NOTHING = Fields(dict)


def granted_operations() -> list[Operation]:
    helpers = "/v1/test_helpers/shared_payment/granted_tokens"
    return [
        operation(
            f"POST {helpers}",
            "test_helpers.granted_tokens.create",
            GRANTED_TOKEN,
            g.create,
            preview=True,
        ),
        operation(
            f"POST {helpers}/{{id}}/revoke",
            "test_helpers.granted_tokens.revoke",
            NOTHING,
            g.revoke,
            preview=True,
        ),
        operation(
            "GET /v1/shared_payment/granted_tokens/{id}",
            "granted_tokens.retrieve",
            NOTHING,
            g.load,
            preview=True,
        ),
    ]
