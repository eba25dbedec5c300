from feeds.admin import posts, promotions

__all__ = ["posts", "promotions"]
