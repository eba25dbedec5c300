"""Requests of HTMX, which puts what it is answered into a page that is there."""

from __future__ import annotations

from django.http import HttpRequest


def wants_part(request: HttpRequest) -> bool:
    """Whether HTMX asks, so that a part of the page is enough.

    By the same value as in the key of the page cache: what it holds as a page has to be one.
    """
    return request.headers.get("HX-Request") == "true"
