"""Of the cast of tests.buying, those who race."""

from tests.buying import (
    basket,
    buyer,
    flipflops,
    order,
    payment,
    plage,
    sandbox,
    sandbox_process,
)

__all__ = [
    "basket",
    "buyer",
    "flipflops",
    "order",
    "payment",
    "plage",
    "sandbox",
    "sandbox_process",
]
