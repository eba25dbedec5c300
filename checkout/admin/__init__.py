from checkout.admin import books, disputes, orders

__all__ = ["books", "disputes", "orders"]
