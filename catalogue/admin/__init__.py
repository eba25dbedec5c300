from catalogue.admin import (
    drops,
    embedding,
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
    "embedding",
    "imports",
    "movements",
    "operator",
    "products",
    "shops",
    "stock",
    "stocktakes",
]
