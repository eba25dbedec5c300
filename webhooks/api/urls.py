from django.urls import path

from webhooks.api.deliveries import Deliveries, OneDelivery, SendAgain
from webhooks.api.endpoints import (
    Webhook,
    WebhookReplay,
    Webhooks,
    WebhookSecret,
    WebhookTest,
)
from webhooks.api.events import Events

urlpatterns = [
    path("events/", Events.as_view()),
    path("webhooks/", Webhooks.as_view()),
    path("webhooks/<uuid:public_id>/", Webhook.as_view()),
    path("webhooks/<uuid:public_id>/secret/", WebhookSecret.as_view()),
    path("webhooks/<uuid:public_id>/test/", WebhookTest.as_view()),
    path("webhooks/<uuid:public_id>/replays/", WebhookReplay.as_view()),
    path("deliveries/", Deliveries.as_view()),
    path("deliveries/<str:key>/", OneDelivery.as_view()),
    path("deliveries/<str:key>/send-again/", SendAgain.as_view()),
]
