from django.urls import path

from feeds.api.acts import Bookmark, Like, Repost
from feeds.api.pictures import Pictures
from feeds.api.posts import OnePost, OwnPosts, Replies
from feeds.api.profiles import Profile
from feeds.api.search import Search
from feeds.api.timelines import Following, Hashtag, Market, OfProfile

urlpatterns = [
    path("posts/", OwnPosts.as_view()),
    path("posts/<uuid:public_id>/", OnePost.as_view()),
    path("posts/<uuid:public_id>/replies/", Replies.as_view()),
    path("posts/<uuid:public_id>/like/", Like.as_view()),
    path("posts/<uuid:public_id>/repost/", Repost.as_view()),
    path("posts/<uuid:public_id>/bookmark/", Bookmark.as_view()),
    path("post-pictures/", Pictures.as_view()),
    # Before whoever is called so; their posts are found by `posts` of a search too.
    path("timelines/following/", Following.as_view()),
    path("timelines/market/", Market.as_view()),
    path("timelines/<str:handle>/", OfProfile.as_view()),
    path("timelines/hashtags/<str:tag>/", Hashtag.as_view()),
    path("profiles/<str:handle>/", Profile.as_view()),
    path("search/", Search.as_view()),
]
