"""Opening a shop, from the first look at what it takes to the way into the admin."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.confirmed import is_confirmed
from accounts.models import User
from catalogue.models import Merchant
from desk import applications
from desk.applications import ApplicationRefused
from desk.forms import ApplicationForm
from shopping.preferences import country_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sell(request: HttpRequest) -> HttpResponse:
    """What selling here takes and, for whoever is signed in, the form; a POST opens the shop.

    What was refused stays as it was typed, with the reason beside it.
    """
    user = request.user if isinstance(request.user, User) else None
    if request.method == "POST" and user is None:
        return redirect("desk:sell")
    form, status = _form(request, user), HTTPStatus.OK
    if request.method == "POST" and user is not None:
        if _opened(form, user):
            messages.success(request, _("Your shop is there. Now prepare it."))
            return redirect("admin:index")
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {
        "form": form,
        "waiting": applications.waiting_of(user) if user else None,
        "confirmed": is_confirmed(user) if user else False,
        "works": user is not None and user.memberships.exists(),
        "fee": Merchant._meta.get_field("fee_bps").default // 100,
    }
    return render(request, "desk/sell.html", context, status=status)


def _form(request: HttpRequest, user: User | None) -> ApplicationForm:
    if request.method == "POST":
        return ApplicationForm(request.POST)
    return ApplicationForm(
        initial={"country": country_of(request), "email": user.email if user else ""}
    )


def _opened(form: ApplicationForm, user: User) -> bool:
    """Whether a shop was opened; if not, the form says why."""
    if not form.is_valid():
        return False
    try:
        applications.apply(user, **form.cleaned_data)
    except ApplicationRefused as refusal:
        form.add_error(None, refusal.message)
    except ValidationError as refusal:
        form.add_error(None, refusal)
    return not form.errors
