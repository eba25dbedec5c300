"""The page on which a person changes what an app may spend in their name, and sees what it bought."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from partners import allowances
from partners.allowances import Bounds
from partners.models import Consent
from partners.oauth.bounds_forms import BoundsForm


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Of one's own consents that can spend, and no others."""
    mine = Consent.objects.filter(user=cast(User, request.user), merchant=None, ended_at=None)
    consent = get_object_or_404(mine.select_related("application__partner"), public_id=public_id)
    if not allowances.needed(consent.scopes, merchant_id=None):
        return redirect("accounts:linked")
    form = BoundsForm(request.POST or None, bounds=_present(consent))
    if request.method == "POST" and form.is_valid():
        allowances.bound(consent, form.bounds)
        said = _("%(app)s spends no more than this from now on.")
        messages.success(request, said % {"app": consent.application.name})
        return redirect("oauth:bounds", public_id=consent.public_id)
    bought = import_string(settings.AGENT_ACTS)([consent]).get(consent.pk, ())
    context = {"app": consent.application, "form": form, "bought": bought}
    status = 422 if form.is_bound else 200
    return render(request, "partners/bounds.html", context, status=status)


def _present(consent: Consent) -> Bounds:
    row = allowances.of(consent)
    if row is None:
        return Bounds(settings.ALLOWANCE[0], None, None, None)
    return allowances.bounds_of(row)
