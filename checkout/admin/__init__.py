from checkout.admin import books, disputes, offers, orders, reconciliation

__all__ = ["books", "disputes", "offers", "orders", "reconciliation"]
