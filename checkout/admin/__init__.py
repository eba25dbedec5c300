from checkout.admin import books, disputes, offers, orders, transfers

__all__ = ["books", "disputes", "offers", "orders", "transfers"]
