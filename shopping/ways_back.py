"""From a form that the checklist asked for, back to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

# Behind a form's address: what is saved there leads back to the first page, with its checklist.
TO_CHECKLIST = "?next=checklist"


class WayBack:
    """A part of an admin of a model."""

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        back = self.to_checklist(request)
        return back or super().response_post_save_add(request, obj)  # type: ignore[misc]

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        back = self.to_checklist(request)
        return back or super().response_post_save_change(request, obj)  # type: ignore[misc]

    def to_checklist(self, request: HttpRequest) -> HttpResponse | None:
        """The way there, for whoever came from it."""
        asked = request.GET.get("next") == "checklist"
        return HttpResponseRedirect(reverse("admin:index")) if asked else None
