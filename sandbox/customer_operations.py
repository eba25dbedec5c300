"""The operations about customers and what they pay with."""

from __future__ import annotations

from stripe import params
from stripe.params import test_helpers

from sandbox import confirmation_tokens, customer_sessions, customers, payment_methods
from sandbox.operation import Operation, operation
from sandbox.schema.browser import BROWSER_TOKEN, ELEMENTS_SESSION


def customer_operations() -> list[Operation]:
    c, m = customers, payment_methods
    return [
        operation("POST /v1/customers", "customers.create", params.CustomerCreateParams, c.create),
        operation("GET /v1/customers", "customers.list", params.CustomerListParams, c.list_all),
        operation(
            "GET /v1/customers/{id}",
            "customers.retrieve",
            params.CustomerRetrieveParams,
            c.retrieve,
        ),
        operation(
            "POST /v1/customers/{id}", "customers.update", params.CustomerUpdateParams, c.update
        ),
        operation(
            "DELETE /v1/customers/{id}", "customers.delete", params.CustomerDeleteParams, c.delete
        ),
        operation(
            "GET /v1/customers/{customer}/payment_methods",
            "customers.payment_methods.list",
            params.CustomerListPaymentMethodsParams,
            m.list_all,
        ),
        operation(
            "GET /v1/customers/{customer}/payment_methods/{id}",
            "customers.payment_methods.retrieve",
            params.CustomerRetrievePaymentMethodParams,
            m.retrieve_of_customer,
        ),
        operation(
            "POST /v1/customer_sessions",
            "customer_sessions.create",
            params.CustomerSessionCreateParams,
            customer_sessions.create,
        ),
        operation(
            "GET /v1/elements/sessions",
            "elements.sessions",
            ELEMENTS_SESSION,
            customer_sessions.elements_session,
            browser=True,
            browser_only=True,
        ),
    ]


def method_operations() -> list[Operation]:
    base, m, t = "/v1/payment_methods", payment_methods, confirmation_tokens
    return [
        operation(
            f"POST {base}",
            "payment_methods.create",
            params.PaymentMethodCreateParams,
            m.create,
            browser=True,
        ),
        operation(
            f"GET {base}", "payment_methods.list", params.PaymentMethodListParams, m.list_all
        ),
        operation(
            f"GET {base}/{{id}}",
            "payment_methods.retrieve",
            params.PaymentMethodRetrieveParams,
            m.retrieve,
        ),
        operation(
            f"POST {base}/{{id}}",
            "payment_methods.update",
            params.PaymentMethodUpdateParams,
            m.update,
        ),
        operation(
            f"POST {base}/{{id}}/attach",
            "payment_methods.attach",
            params.PaymentMethodAttachParams,
            m.attach,
        ),
        operation(
            f"POST {base}/{{id}}/detach",
            "payment_methods.detach",
            params.PaymentMethodDetachParams,
            m.detach,
        ),
        operation(
            "POST /v1/confirmation_tokens",
            "confirmation_tokens.create",
            BROWSER_TOKEN,
            t.create,
            browser=True,
            browser_only=True,
        ),
        operation(
            "GET /v1/confirmation_tokens/{id}",
            "confirmation_tokens.retrieve",
            params.ConfirmationTokenRetrieveParams,
            t.retrieve,
        ),
        operation(
            "POST /v1/test_helpers/confirmation_tokens",
            "test_helpers.confirmation_tokens.create",
            test_helpers.ConfirmationTokenCreateParams,
            t.create,
        ),
    ]
