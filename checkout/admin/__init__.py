from checkout.admin import books, disputes, offers, orders, reconciliation, transfers

__all__ = ["books", "disputes", "offers", "orders", "reconciliation", "transfers"]
