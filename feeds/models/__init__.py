from feeds.models.cart_replies import CartAnswer, CartReply
from feeds.models.drafts import Draft, PendingImage
from feeds.models.interests import Evidence, Interest, InterestProfile, PostTopic
from feeds.models.moderation import Appeal, Case, Decision, Ground, Report
from feeds.models.notice_preferences import MailStop, NoticePreference
from feeds.models.notice_types import NoticeMail, NoticeType
from feeds.models.notifications import Notification
from feeds.models.people import Block, Bookmark, Follow, Like, Mute
from feeds.models.post_views import PostViews
from feeds.models.posts import (
    Hashtag,
    Mention,
    Post,
    PostHashtag,
    PostImage,
    PostRevision,
    ProductCard,
)
from feeds.models.promotions import Promotion, Showing
from feeds.models.search_words import SearchWord

__all__ = [
    "Appeal",
    "Block",
    "Bookmark",
    "CartAnswer",
    "CartReply",
    "Case",
    "Decision",
    "Draft",
    "Evidence",
    "Follow",
    "Ground",
    "Hashtag",
    "Interest",
    "InterestProfile",
    "Like",
    "MailStop",
    "Mention",
    "Mute",
    "NoticeMail",
    "NoticePreference",
    "NoticeType",
    "Notification",
    "PendingImage",
    "Post",
    "PostHashtag",
    "PostImage",
    "PostRevision",
    "PostTopic",
    "PostViews",
    "ProductCard",
    "Promotion",
    "Report",
    "SearchWord",
    "Showing",
]
