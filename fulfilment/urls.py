from django.urls import path

from fulfilment import carrier_webhook, papers, views

app_name = "fulfilment"
urlpatterns = [
    path("orders/<str:token>/tracking/", views.track, name="tracking"),
    path("orders/<str:token>/cancel/", views.cancel, name="cancel"),
    path("orders/<str:token>/receipt.pdf", papers.receipt, name="receipt"),
    path("orders/<str:token>/invoices/<uuid:public_id>.pdf", papers.invoice, name="invoice"),
    path(
        "webhooks/carriers/<slug:adapter>/<uuid:public_id>/",
        carrier_webhook.receive,
        name="carrier_webhook",
    ),
]
