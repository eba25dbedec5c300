"""A shop's products as a file for whoever wants it."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from catalogue.models import Merchant
from catalogue.product_feed import WRITERS
from shopping import made_files

SECONDS = 600
KINDS = {"xml": "application/xml; charset=utf-8", "tsv": "text/tab-separated-values; charset=utf-8"}


@require_safe
def products(request: HttpRequest, public_id: UUID, form: str) -> HttpResponseBase:
    """What an active shop sells, at most SECONDS old; 404 for a suspended one at once."""
    if form not in WRITERS:
        raise Http404
    active = Merchant.objects.filter(status=Merchant.Status.ACTIVE).select_related("account")
    merchant = get_object_or_404(active, public_id=public_id)
    made = made_files.current(
        f"products/{merchant.public_id}/{form}",
        seconds=SECONDS,
        pieces=partial(WRITERS[form], merchant),
    )
    return made_files.answer(request, made, content_type=KINDS[form], seconds=SECONDS)
