from django.urls import path

from accounts import second_factor_views, views

app_name = "accounts"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/two-factor/", second_factor_views.first, name="two_factor_first"),
    path("account/confirm/", second_factor_views.confirm_again, name="confirm_again"),
]
