"""What all endpoints of this app have in common, for buyers as for shops."""

from __future__ import annotations

from rest_framework.response import Response

from checkout.api import refusals
from checkout.errors import CheckoutError
from partners.api import Endpoint, call_keys


class CheckoutEndpoint(Endpoint):
    """An endpoint whose refusals tell what to go on with, and whose calls a verb can know again."""

    refusals = refusals.REFUSALS

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if isinstance(exc, CheckoutError):
            response.data.update(refusals.figures(exc))
        return response

    @property
    def call_key(self) -> str:
        """The key of this very call, for a verb; orders outlast stored answers."""
        return call_keys.call_key(self)
