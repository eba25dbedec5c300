from checkout.admin import books, disputes, offers, orders, statements

__all__ = ["books", "disputes", "offers", "orders", "statements"]
