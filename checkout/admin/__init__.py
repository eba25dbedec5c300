from checkout.admin import books, offers, orders

__all__ = ["books", "offers", "orders"]
