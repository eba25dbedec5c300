from django.urls import path, re_path

from feeds.views import avatar, circles, compose, feed, people, preferences, search, thread

app_name = "feeds"
HANDLE = r"@(?P<handle>[A-Za-z0-9_]{2,30})"

urlpatterns = [
    path("", feed.home, name="home"),
    path("following/", feed.following, name="following"),
    path("drops/", feed.drops, name="drops"),
    path("tags/<str:name>/", feed.tag, name="tag"),
    path("search/", search.search, name="search"),
    path("me/", people.me, name="me"),
    path("me/picture/", avatar.avatar, name="avatar"),
    path("me/muted/", circles.muted, name="muted"),
    path("me/blocked/", circles.blocked, name="blocked"),
    path("preferences/", preferences.choose, name="preferences"),
    path("posts/new/", compose.new, name="new"),
    path("posts/products/", compose.products, name="products"),
    path("posts/<uuid:public_id>/", thread.post, name="post"),
    path("posts/<uuid:public_id>/reply/", thread.reply, name="reply"),
    path("posts/<uuid:public_id>/like/", thread.like, name="like"),
    path("posts/<uuid:public_id>/delete/", thread.delete, name="delete"),
    re_path(rf"^{HANDLE}/$", people.profile, name="profile"),
    re_path(rf"^{HANDLE}/replies/$", people.replies, name="replies"),
    re_path(rf"^{HANDLE}/likes/$", people.likes, name="likes"),
    re_path(rf"^{HANDLE}/shop/$", people.shop, name="shop"),
    re_path(rf"^{HANDLE}/about/$", people.about, name="about"),
    re_path(rf"^{HANDLE}/followers/$", circles.followers, name="followers"),
    re_path(rf"^{HANDLE}/following/$", circles.followed, name="followed"),
    re_path(rf"^{HANDLE}/follow/$", circles.follow, name="follow"),
    re_path(rf"^{HANDLE}/mute/$", circles.mute, name="mute"),
    re_path(rf"^{HANDLE}/block/$", circles.block, name="block"),
]
