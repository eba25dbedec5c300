"""What one form with a Pay button pays for: a product, or a currency's lines of the cart.

The views of paying know a till and nothing of what is behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from checkout.details import Asked, Details
from checkout.errors import CheckoutError, TotalChanged
from checkout.models import Order
from checkout.notes import Note
from checkout.presses import Press
from checkout.quotes import Item

Response = TypeVar("Response", bound=HttpResponse)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a press means to buy; `cart` is the primary key of the cart it is in."""

    items: tuple[Item, ...]
    cart: int | None = None


class Till(Protocol):
    """One thing to pay for, as the press on Pay and its answers need it."""

    @property
    def name(self) -> str:
        """What the page's scripts know it by."""

    def asked(self, request: HttpRequest) -> Asked:
        """What the shopper has typed and chosen, all of which has to be right."""

    def unpaid(self, request: HttpRequest) -> Order | None:
        """What another form has ordered of the same, and what awaits its payment."""

    def lost(self, request: HttpRequest, asked: Asked) -> str:
        """As HTML, the parts of the page that change where not a piece is left of what `asked` means,
        known before anything has a price; "" where there is one, or where only a price tells."""

    def wanted(self, request: HttpRequest, press: Press) -> Wanted:
        """What is to be ordered. Raises CheckoutError where it cannot be as it was seen."""

    def page(self, request: HttpRequest) -> Details:
        """The page as it stands now, for what was sent. Raises CheckoutError if it is gone."""

    def changed(self, request: HttpRequest, error: TotalChanged) -> Note:
        """Which figure moved."""

    def note_of(self, error: CheckoutError, page: Details) -> Note:
        """Why nothing was charged."""

    def show(
        self, request: HttpRequest, page: Details, *, key: str, note: Note | None, status: int = 200
    ) -> HttpResponse:
        """The whole of it."""

    def parts(self, request: HttpRequest, page: Details, *, note: Note | None) -> HttpResponse:
        """The parts that depend on the quote, each to be put in its place."""

    def gone(self, request: HttpRequest) -> HttpResponse:
        """The answer, for a page, where nothing is left to pay for."""

    def gone_note(self, request: HttpRequest) -> str:
        """The same as a note's HTML."""


def told_to_wait(page: Details, response: HttpResponse) -> HttpResponse:
    """`response`, as 429 where too many wrong codes were tried for another to be looked up."""
    waits = page.asked.code_waits
    return refused_for(waits, response) if waits else response


def refused_for(seconds: int, response: Response) -> Response:
    """`response` as 429: what it refuses may be tried again in `seconds`."""
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response["Retry-After"] = str(seconds)
    return response


def stripe_settings() -> dict[str, str]:
    return {"script": settings.STRIPE_JS_URL, "key": settings.STRIPE_PUBLISHABLE_KEY}
