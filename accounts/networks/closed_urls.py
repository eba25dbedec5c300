"""allauth's own pages for signing in and up by a network, which nobody does here: all lead to ours."""

from django.urls import path
from django.views.generic import RedirectView

LINKED = RedirectView.as_view(pattern_name="accounts:linked")
# Its own of today, and the former addresses of the same.
PLACES = ("login/cancelled/", "login/error/", "signup/")

urlpatterns = [
    path(address, LINKED)
    for address in (
        *("3rdparty/", *(f"3rdparty/{place}" for place in PLACES)),
        *("social/connections/", *(f"social/{place}" for place in PLACES)),
    )
]
