from feeds.models.interests import Interest, Promotion
from feeds.models.notifications import Notification
from feeds.models.people import Block, Bookmark, Follow, Like, Mute
from feeds.models.posts import Hashtag, Mention, Post, PostImage, PostRevision, ProductCard

__all__ = [
    "Block",
    "Bookmark",
    "Follow",
    "Hashtag",
    "Interest",
    "Like",
    "Mention",
    "Mute",
    "Notification",
    "Post",
    "PostImage",
    "PostRevision",
    "ProductCard",
    "Promotion",
]
