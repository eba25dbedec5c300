from django.urls import path

from privacy import views

app_name = "privacy"
urlpatterns = [
    path("account/data/", views.data, name="data"),
    path("account/data/copy/", views.ask_copy, name="ask_copy"),
    path("account/data/copy/<uuid:public_id>/", views.copy, name="copy"),
    path("account/data/erase/", views.ask_erasure, name="ask_erasure"),
    path("account/data/stay/", views.undo_erasure, name="undo_erasure"),
]
