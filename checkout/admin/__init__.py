from checkout.admin import (
    books,
    disputes,
    exports,
    offers,
    orders,
    partners,
    reconciliation,
    statements,
    transfers,
)

__all__ = [
    "books",
    "disputes",
    "exports",
    "offers",
    "orders",
    "partners",
    "reconciliation",
    "statements",
    "transfers",
]
