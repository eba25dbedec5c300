from catalogue.admin import drops, operator, products, shops, stock

__all__ = ["drops", "operator", "products", "shops", "stock"]
