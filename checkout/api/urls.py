from django.urls import path

from checkout.api.mentions import MentionsEndpoint

urlpatterns = [path("mentions/", MentionsEndpoint.as_view(), name="mentions")]
