"""The admin's first page: what there is to do, and what a new shop still needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from catalogue.models import Merchant
from desk import checklist
from desk.models import Application
from fulfilment import dashboard
from shopping.counts import count
from shopping.own_rows import access


def figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Context of admin/index.html: what fulfilment says, and above it checklists, and for staff how
    many shops wait to be let in."""
    held = access(request)
    waiting = Application.objects.filter(merchant__status=Merchant.Status.PENDING)
    return dashboard.figures(request, context) | {
        "checklists": checklist.unfinished(held),
        "applications_count": count(waiting) if held.everything else None,
    }
