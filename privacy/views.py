"""A member's page about their data: a copy of it, and the end of the account."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from privacy import erasures, exports
from privacy.models import Export
from shopping.personal import blockers


@never_cache
@login_required
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What one may do with one's data, and how far it has come."""
    user = cast(User, request.user)
    export = exports.latest_of(user)
    context = {
        "export": export,
        "making": export is not None and export.made_at is None,
        "again": export is None or exports.may_ask(export),
        "erasure": erasures.open_of(user),
        "blockers": blockers(user),
        "wait": erasures.WAIT.days,
        "kept": exports.KEPT.days,
    }
    return render(request, "privacy/data.html", context)


@never_cache
@require_POST
@login_required
@reauthentication_required
def ask_copy(request: HttpRequest) -> HttpResponse:
    """A copy, please; a worker makes it."""
    exports.ask(cast(User, request.user))
    messages.success(request, _("We are making your copy, and write to you when it is ready."))
    return redirect("privacy:data")


@never_cache
@login_required
@require_safe
@reauthentication_required
def copy(request: HttpRequest, public_id: UUID) -> HttpResponse | FileResponse:
    """The copy itself, to whose it is and to nobody else."""
    export = get_object_or_404(Export, user=cast(User, request.user), public_id=public_id)
    if not export.can_be_fetched:
        messages.warning(request, _("This copy is not there any more. Ask for a new one."))
        return redirect("privacy:data")
    name = f"etal-{export.asked_at:%Y-%m-%d}.zip"
    answer = FileResponse(export.file.open("rb"), as_attachment=True, filename=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@never_cache
@require_POST
@login_required
@reauthentication_required
def ask_erasure(request: HttpRequest) -> HttpResponse:
    """Delete the account, after the days in which it can be undone; or say what is in the way."""
    try:
        erasures.ask(cast(User, request.user))
    except erasures.Refused:
        messages.warning(request, _("Your account cannot be deleted yet: see why below."))
    return redirect("privacy:data")


@never_cache
@require_POST
@login_required
def undo_erasure(request: HttpRequest) -> HttpResponse:
    """Stay."""
    if erasures.undo(cast(User, request.user)):
        messages.success(request, _("Your account stays."))
    return redirect("privacy:data")
