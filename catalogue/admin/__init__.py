from catalogue.admin import drops, movements, operator, products, shops, stock, stocktakes

__all__ = ["drops", "movements", "operator", "products", "shops", "stock", "stocktakes"]
