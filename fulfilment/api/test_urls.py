from django.urls import path

from fulfilment.api.test_spaces import ClockEndpoint, EventsEndpoint

urlpatterns = [
    path("clock/advance/", ClockEndpoint.as_view(), name="test_clock"),
    path("events/", EventsEndpoint.as_view(), name="test_events"),
]
