from django.urls import path

from catalogue import embed_views, invitation_views, product_feed_views, views

app_name = "catalogue"

urlpatterns = [
    path("invitations/<str:token>/", invitation_views.invitation, name="invitation"),
    path(
        "shops/<uuid:public_id>/products.<str:form>",
        product_feed_views.products,
        name="product_feed",
    ),
    path("variants/<uuid:public_id>/remind/", views.remind, name="remind"),
    path("embed/<uuid:public_id>/", embed_views.embed, name="embed"),
    path("products/<uuid:public_id>/<str:slug>/", views.product, name="product"),
]
