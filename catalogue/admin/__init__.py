from catalogue.admin import (
    drops,
    imports,
    movements,
    operator,
    products,
    shops,
    stock,
    stocktakes,
)

__all__ = [
    "drops",
    "imports",
    "movements",
    "operator",
    "products",
    "shops",
    "stock",
    "stocktakes",
]
