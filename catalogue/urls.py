from django.urls import path

from catalogue import views

app_name = "catalogue"

urlpatterns = [
    path("variants/<uuid:public_id>/remind/", views.remind, name="remind"),
    path("products/<uuid:public_id>/<str:slug>/", views.product, name="product"),
]
