"""The operations about tax."""

from __future__ import annotations

from stripe.params import tax

from sandbox import tax_calculations, tax_reversals, tax_transactions
from sandbox.operation import Operation, operation


def tax_operations() -> list[Operation]:
    base, c, t = "/v1/tax", tax_calculations, tax_transactions
    return [
        operation(
            f"POST {base}/calculations",
            "tax.calculations.create",
            tax.CalculationCreateParams,
            c.create,
        ),
        operation(
            f"GET {base}/calculations/{{id}}",
            "tax.calculations.retrieve",
            tax.CalculationRetrieveParams,
            c.retrieve,
        ),
        operation(
            f"GET {base}/calculations/{{id}}/line_items",
            "tax.calculations.line_items.list",
            tax.CalculationListLineItemsParams,
            c.list_line_items,
        ),
        operation(
            f"POST {base}/transactions/create_from_calculation",
            "tax.transactions.create_from_calculation",
            tax.TransactionCreateFromCalculationParams,
            t.create_from_calculation,
        ),
        operation(
            f"POST {base}/transactions/create_reversal",
            "tax.transactions.create_reversal",
            tax.TransactionCreateReversalParams,
            tax_reversals.create,
        ),
        operation(
            f"GET {base}/transactions/{{id}}",
            "tax.transactions.retrieve",
            tax.TransactionRetrieveParams,
            t.retrieve,
        ),
        operation(
            f"GET {base}/transactions/{{id}}/line_items",
            "tax.transactions.line_items.list",
            tax.TransactionListLineItemsParams,
            t.list_line_items,
        ),
    ]
