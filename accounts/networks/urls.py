"""Where people come back to from their network; django-allauth includes it under accounts/."""

from django.urls import path

from accounts.networks.views import callback

urlpatterns = [path("networks/<str:network>/callback/", callback, name="network_callback")]
