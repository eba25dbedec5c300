"""What a visitor chose for looks and delivery: two cookies, read everywhere, written by one view."""

from __future__ import annotations

from django.http import HttpRequest

THEMES = ("light", "dark")
THEME_COOKIE = "theme"
COUNTRY_COOKIE = "country"
DEFAULT_COUNTRY = "FR"
COOKIE_SECONDS = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """ "light", "dark", or "" to follow the visitor's system."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""


def country_of(request: HttpRequest) -> str:
    """Where the visitor wants things delivered: an ISO 3166 code; prices on cards are for it."""
    country = request.COOKIES.get(COUNTRY_COOKIE, "")
    known = len(country) == 2 and country.isascii() and country.isalpha()
    return country.upper() if known else DEFAULT_COUNTRY


def context(request: HttpRequest) -> dict[str, str]:
    """Context processor: `theme` and `country`."""
    return {"theme": theme_of(request), "country": country_of(request)}
