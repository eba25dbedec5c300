from checkout.admin import books, orders

__all__ = ["books", "orders"]
