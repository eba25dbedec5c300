"""Of the cast of tests.buying, those who change their mind."""

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
