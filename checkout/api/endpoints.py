"""What all endpoints of this app have in common, for buyers as for shops."""

from __future__ import annotations

import hashlib

from rest_framework.response import Response

from checkout.api import refusals
from checkout.errors import CheckoutError
from partners.api import Endpoint


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
        """The idempotency key of this very call for a verb, in 64 characters.

        It is made of the caller's key and of what is asked: stored answers are forgotten after a day,
        orders are not, and a key that is used anew by then is another call's.
        """
        body = self.held.fingerprint if self.held else ""
        return hashlib.sha256(f"{self.idempotency_key}\n{body}".encode()).hexdigest()
