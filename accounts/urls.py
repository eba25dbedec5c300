from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/addresses/<uuid:public_id>/default/", views.make_default, name="default-address"),
    path("account/addresses/<uuid:public_id>/delete/", views.forget_address, name="forget-address"),
]
