from feeds.models.interests import Interest, Promotion
from feeds.models.notifications import Notification
from feeds.models.people import Follow, Like
from feeds.models.posts import Hashtag, Mention, Post, ProductCard

__all__ = [
    "Follow",
    "Hashtag",
    "Interest",
    "Like",
    "Mention",
    "Notification",
    "Post",
    "ProductCard",
    "Promotion",
]
