"""Staff who changes what is a merchant's says why, in a field of every such form; its owners read it."""

from __future__ import annotations

from django.http import HttpRequest

FIELD = "operator_reason"
LONGEST = 300


def said(request: HttpRequest) -> str:
    """The reason in a form that was sent, in one line; "" where there is none."""
    return " ".join(request.POST.get(FIELD, "").split())[:LONGEST]
