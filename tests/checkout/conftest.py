"""The cast of tests.buying."""

from tests.buying import (
    basket,
    bookcase,
    buyer,
    flipflops,
    order,
    payment,
    plage,
    rayon,
    sandbox,
    sandbox_process,
    stranger,
)

__all__ = [
    "basket",
    "bookcase",
    "buyer",
    "flipflops",
    "order",
    "payment",
    "plage",
    "rayon",
    "sandbox",
    "sandbox_process",
    "stranger",
]
