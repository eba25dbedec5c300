from catalogue.admin import drops, imports, operator, products, shops, stock

__all__ = ["drops", "imports", "operator", "products", "shops", "stock"]
