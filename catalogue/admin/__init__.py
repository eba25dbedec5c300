from catalogue.admin import operator, products, shops, stock

__all__ = ["operator", "products", "shops", "stock"]
