from feeds.models.interests import Evidence, Interest, InterestProfile, PostTopic
from feeds.models.notifications import Notification
from feeds.models.people import Block, Bookmark, Follow, Like, Mute
from feeds.models.posts import Hashtag, Mention, Post, PostImage, PostRevision, ProductCard
from feeds.models.promotions import Promotion, Showing

__all__ = [
    "Block",
    "Bookmark",
    "Evidence",
    "Follow",
    "Hashtag",
    "Interest",
    "InterestProfile",
    "Like",
    "Mention",
    "Mute",
    "Notification",
    "Post",
    "PostImage",
    "PostRevision",
    "PostTopic",
    "ProductCard",
    "Promotion",
    "Showing",
]
