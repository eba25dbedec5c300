from checkout.admin import books, disputes, offers, orders

__all__ = ["books", "disputes", "offers", "orders"]
