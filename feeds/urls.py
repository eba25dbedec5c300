from django.urls import path, re_path

from feeds.views import (
    acts,
    bookmarks,
    compose,
    edits,
    feed,
    news,
    people,
    preferences,
    search,
    thread,
)

app_name = "feeds"
HANDLE = r"@(?P<handle>[A-Za-z0-9_]{2,30})"

urlpatterns = [
    path("", feed.home, name="home"),
    path("following/", feed.following, name="following"),
    path("drops/", feed.drops, name="drops"),
    path("tags/<str:name>/", feed.tag, name="tag"),
    path("search/", search.search, name="search"),
    path("me/", people.me, name="me"),
    path("preferences/", preferences.choose, name="preferences"),
    path("posts/new/", compose.new, name="new"),
    path("posts/products/", compose.products, name="products"),
    path("posts/<uuid:public_id>/", thread.post, name="post"),
    path("posts/<uuid:public_id>/reply/", thread.reply, name="reply"),
    path("posts/<uuid:public_id>/like/", acts.like, name="like"),
    path("posts/<uuid:public_id>/repost/", acts.repost, name="repost"),
    path("posts/<uuid:public_id>/bookmark/", acts.bookmark, name="bookmark"),
    path("posts/<uuid:public_id>/delete/", acts.delete, name="delete"),
    path("posts/<uuid:public_id>/edit/", edits.edit, name="edit"),
    path("posts/<uuid:public_id>/history/", edits.history, name="history"),
    path("bookmarks/", bookmarks.page, name="bookmarks"),
    path("news/<str:feed>/", news.count, name="news"),
    path("news/<str:feed>/posts/", news.posts, name="news_posts"),
    re_path(rf"^{HANDLE}/$", people.profile, name="profile"),
    re_path(rf"^{HANDLE}/shop/$", people.shop, name="shop"),
    re_path(rf"^{HANDLE}/follow/$", people.follow, name="follow"),
]
