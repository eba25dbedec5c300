from checkout.admin import books, disputes, offers, orders, reconciliation, statements, transfers

__all__ = ["books", "disputes", "offers", "orders", "reconciliation", "statements", "transfers"]
