from django.urls import path, re_path

from feeds.views import compose, feed, interests, market, people, preferences, search, thread

app_name = "feeds"
HANDLE = r"@(?P<handle>[A-Za-z0-9_]{2,30})"

urlpatterns = [
    path("", market.home, name="home"),
    path("following/", feed.following, name="following"),
    path("drops/", feed.drops, name="drops"),
    path("tags/<str:name>/", feed.tag, name="tag"),
    path("search/", search.search, name="search"),
    path("me/", people.me, name="me"),
    path("me/interests/", interests.mine, name="interests"),
    path("preferences/", preferences.choose, name="preferences"),
    path("posts/new/", compose.new, name="new"),
    path("posts/products/", compose.products, name="products"),
    path("posts/<uuid:public_id>/", thread.post, name="post"),
    path("posts/<uuid:public_id>/reply/", thread.reply, name="reply"),
    path("posts/<uuid:public_id>/like/", thread.like, name="like"),
    path("posts/<uuid:public_id>/delete/", thread.delete, name="delete"),
    path("posts/<uuid:public_id>/why/", market.why, name="why"),
    re_path(rf"^{HANDLE}/$", people.profile, name="profile"),
    re_path(rf"^{HANDLE}/shop/$", people.shop, name="shop"),
    re_path(rf"^{HANDLE}/follow/$", people.follow, name="follow"),
]
