"""Of the cast of tests.buying, those who race."""

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
]
