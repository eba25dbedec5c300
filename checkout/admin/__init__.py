from checkout.admin import books, disputes, offers, orders, statements, transfers

__all__ = ["books", "disputes", "offers", "orders", "statements", "transfers"]
