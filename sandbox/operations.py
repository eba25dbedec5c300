"""Every operation: its address, its name, its parameters, what carries it out.

Parameters come from the official library's tables, so that a parameter that this API version does not
know is refused. What only the browser sends (with a publishable key) is added here.
"""

from __future__ import annotations

from stripe import params

from sandbox import (
    charges,
    connect_operations,
    customer_operations,
    disputes,
    events,
    payment_intents,
    preview_operations,
    refunds,
    setup_intents,
    tax_operations,
)
from sandbox.errors import invalid
from sandbox.operation import Operation, operation
from sandbox.schema import preview as previews
from sandbox.schema.browser import SECRET


def intent_operations() -> list[Operation]:
    base, p = "/v1/payment_intents", payment_intents
    return [
        operation(
            f"POST {base}",
            "payment_intents.create",
            params.PaymentIntentCreateParams,
            p.create,
            extra=previews.CREATE,
        ),
        operation(
            f"GET {base}", "payment_intents.list", params.PaymentIntentListParams, p.list_all
        ),
        operation(
            f"GET {base}/{{id}}",
            "payment_intents.retrieve",
            params.PaymentIntentRetrieveParams,
            p.retrieve,
            browser=True,
        ),
        operation(
            f"POST {base}/{{id}}",
            "payment_intents.update",
            params.PaymentIntentUpdateParams,
            p.update,
        ),
        operation(
            f"POST {base}/{{id}}/confirm",
            "payment_intents.confirm",
            params.PaymentIntentConfirmParams,
            p.confirm,
            extra={**SECRET, **previews.CONFIRM},
            browser=True,
        ),
        operation(
            f"POST {base}/{{id}}/cancel",
            "payment_intents.cancel",
            params.PaymentIntentCancelParams,
            p.cancel,
        ),
        operation(
            f"POST {base}/{{id}}/capture",
            "payment_intents.capture",
            params.PaymentIntentCaptureParams,
            p.capture,
        ),
    ]


def setup_operations() -> list[Operation]:
    base, s = "/v1/setup_intents", setup_intents
    return [
        operation(f"POST {base}", "setup_intents.create", params.SetupIntentCreateParams, s.create),
        operation(f"GET {base}", "setup_intents.list", params.SetupIntentListParams, s.list_all),
        operation(
            f"GET {base}/{{id}}",
            "setup_intents.retrieve",
            params.SetupIntentRetrieveParams,
            s.retrieve,
            browser=True,
        ),
        operation(
            f"POST {base}/{{id}}", "setup_intents.update", params.SetupIntentUpdateParams, s.update
        ),
        operation(
            f"POST {base}/{{id}}/confirm",
            "setup_intents.confirm",
            params.SetupIntentConfirmParams,
            s.confirm,
            extra=SECRET,
            browser=True,
        ),
        operation(
            f"POST {base}/{{id}}/cancel",
            "setup_intents.cancel",
            params.SetupIntentCancelParams,
            s.cancel,
        ),
    ]


def money_operations() -> list[Operation]:
    c, r, d, e = charges, refunds, disputes, events
    return [
        operation(
            "GET /v1/charges", "charges.list", params.ChargeListParams, c.list_all, connected=True
        ),
        operation(
            "GET /v1/charges/{id}",
            "charges.retrieve",
            params.ChargeRetrieveParams,
            c.retrieve,
            connected=True,
        ),
        operation("POST /v1/charges/{id}", "charges.update", params.ChargeUpdateParams, c.update),
        operation(
            "GET /v1/charges/{charge}/refunds",
            "charges.refunds.list",
            params.ChargeListRefundsParams,
            r.list_all,
        ),
        operation(
            "GET /v1/charges/{charge}/refunds/{id}",
            "charges.refunds.retrieve",
            params.ChargeRetrieveRefundParams,
            r.retrieve,
        ),
        operation("POST /v1/refunds", "refunds.create", params.RefundCreateParams, r.create),
        operation(
            "GET /v1/refunds", "refunds.list", params.RefundListParams, r.list_all, connected=True
        ),
        operation(
            "GET /v1/refunds/{id}",
            "refunds.retrieve",
            params.RefundRetrieveParams,
            r.retrieve,
            connected=True,
        ),
        operation("POST /v1/refunds/{id}", "refunds.update", params.RefundUpdateParams, r.update),
        operation("GET /v1/disputes", "disputes.list", params.DisputeListParams, d.list_all),
        operation(
            "GET /v1/disputes/{id}", "disputes.retrieve", params.DisputeRetrieveParams, d.retrieve
        ),
        operation(
            "POST /v1/disputes/{id}", "disputes.update", params.DisputeUpdateParams, d.update
        ),
        operation(
            "POST /v1/disputes/{dispute}/close",
            "disputes.close",
            params.DisputeCloseParams,
            d.close,
        ),
        operation(
            "GET /v1/events", "events.list", params.EventListParams, e.list_all, connected=True
        ),
        operation(
            "GET /v1/events/{id}",
            "events.retrieve",
            params.EventRetrieveParams,
            e.retrieve,
            connected=True,
        ),
    ]


OPERATIONS = [
    *customer_operations.customer_operations(),
    *customer_operations.method_operations(),
    *intent_operations(),
    *setup_operations(),
    *money_operations(),
    *connect_operations.account_operations(),
    *connect_operations.transfer_operations(),
    *connect_operations.balance_operations(),
    *tax_operations.tax_operations(),
    *preview_operations.granted_operations(),
]


def find(method: str, path: str, *, preview: bool = False) -> tuple[Operation, dict[str, str]]:
    """The operation at this address and what its path names; raises Stripe's 404 where there is none.

    `preview` is whether the caller speaks a preview version.
    """
    for candidate in OPERATIONS:
        if candidate.method == method and (preview or not candidate.preview):
            match = candidate.pattern.fullmatch(path)
            if match:
                return candidate, match.groupdict()
    raise invalid(
        f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help "
        "at https://support.stripe.com/.",
        status=404,
        executed=False,
    )
