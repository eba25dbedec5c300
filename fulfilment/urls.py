from django.urls import path

from fulfilment import carrier_webhook, papers, return_views, views

app_name = "fulfilment"
urlpatterns = [
    path("orders/<str:token>/tracking/", views.track, name="tracking"),
    path("orders/<str:token>/cancel/", views.cancel, name="cancel"),
    path("orders/<str:token>/returns/new/", return_views.ask, name="return_ask"),
    path("orders/<str:token>/returns/<uuid:public_id>/", return_views.one, name="return"),
    path(
        "orders/<str:token>/returns/<uuid:public_id>/withdraw/",
        return_views.withdraw,
        name="return_withdraw",
    ),
    path(
        "orders/<str:token>/returns/<uuid:public_id>/photos/<uuid:photo_id>/",
        return_views.photo,
        name="return_photo",
    ),
    path("orders/<str:token>/receipt.pdf", papers.receipt, name="receipt"),
    path("orders/<str:token>/invoices/<uuid:public_id>.pdf", papers.invoice, name="invoice"),
    path(
        "webhooks/carriers/<slug:adapter>/<uuid:public_id>/",
        carrier_webhook.receive,
        name="carrier_webhook",
    ),
]
