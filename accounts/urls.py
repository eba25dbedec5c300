from django.urls import path

from accounts import linked_views, second_factor_views, views

app_name = "accounts"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/two-factor/", second_factor_views.first, name="two_factor_first"),
    path(
        "account/sessions/end/", second_factor_views.end_other_sessions, name="end_other_sessions"
    ),
    path("account/confirm/", second_factor_views.confirm_again, name="confirm_again"),
    path("account/linked/", linked_views.linked, name="linked"),
    path("account/linked/<str:network>/start/", linked_views.start, name="start_linking"),
    path("account/linked/<uuid:public_id>/end/", linked_views.end, name="end_linked"),
]
