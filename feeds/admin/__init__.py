from feeds.admin import appeals, cases, posts, promotions

__all__ = ["appeals", "cases", "posts", "promotions"]
