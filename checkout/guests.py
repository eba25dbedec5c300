"""A guest who signs in: their cart and their places in queues come along, and their name is cut."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from checkout import cart_owners, drop_queues, visitors


class GuestSignsIn:
    """Middleware. No member's browser keeps a guest's name.

    The guest's cart is merged into the person's by the first request that comes with both, which
    is the sign-in itself, and the answer takes the name away. Whoever has a copy of it, or uses the
    browser after them, then reaches no cart but a guest's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        guest = visitors.guest_of(request)
        # Without a session nobody is asked for: the signed-out pages are one copy for everybody.
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        came_along = bool(guest) and signed_in and _bring_along(request, guest)
        response = self.get_response(request)
        if guest and request.method == "POST" and not came_along:
            came_along = _bring_along(request, guest)
        if came_along:
            visitors.cut_guest(response, name=guest)
        return response


def _bring_along(request: HttpRequest, guest: str) -> bool:
    """Give what is the guest's to whoever is signed in; whether anybody is."""
    user = visitors.user_of(request)
    if user is not None:
        cart_owners.merge(guest, user_id=user.pk)
        drop_queues.come_along(guest, user_id=user.pk)
    return user is not None
