"""A person's address book: what is kept, which comes first, one more, another wording, away with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import addresses
from accounts.models import Address, User
from checkout.forms import AddressForm
from shopping import countries
from shopping.htmx import wants_part
from shopping.preferences import country_of


@never_cache
@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The page, the one that is shown first before the others."""
    kept = _user(request).addresses.order_by("-is_default", "-id")
    return render(request, "checkout/addresses.html", {"addresses": kept})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """An empty form; a POST shows another country's fields, or keeps what was typed."""
    form = _form(request, {"country": country_of(request), "name": _user(request).display_name})
    if form.is_bound and form.is_valid():
        default = "default" in request.POST
        addresses.save(_user(request), default=default, **asdict(form.address))
        messages.success(request, _("The address is saved."))
        return redirect("checkout:addresses")
    return _show(request, form, None)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The form with a kept address in it; somebody else's is not found."""
    address = _address(request, public_id)
    kept = {name: getattr(address, name) for name in addresses.FIELDS}
    form = _form(request, kept)
    if form.is_bound and form.is_valid():
        changed = asdict(form.address)
        # What the form does not ask stays as it is.
        changed |= {name: kept[name] for name in kept if name not in form.fields}
        addresses.change(address, default="default" in request.POST, **changed)
        messages.success(request, _("The address is saved."))
        return redirect("checkout:addresses")
    return _show(request, form, address)


@login_required
@require_POST
def make_default(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show this address first; somebody else's is not found."""
    addresses.make_default(_address(request, public_id))
    return redirect("checkout:addresses")


@login_required
@require_POST
def forget(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Delete an address; somebody else's is not found. Orders keep their copy."""
    addresses.forget(_address(request, public_id))
    messages.success(request, _("The address is deleted."))
    return redirect("checkout:addresses")


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _address(request: HttpRequest, public_id: UUID) -> Address:
    return get_object_or_404(_user(request).addresses, public_id=public_id)


def _form(request: HttpRequest, kept: Mapping[str, str]) -> AddressForm:
    """For any country there is: which of them a shop serves is said when something is bought."""
    language = (get_language() or "en").split("-")[0]
    typed = request.POST.dict() if request.method == "POST" else None
    served = countries.names(language)
    if typed is not None and "fields" in typed:
        # Another country was chosen: its fields, with what was typed so far. Of that only the
        # postcode is judged: it may have been right before.
        form = AddressForm(None, initial=typed, served=served, language=language)
        form.judge_postcode()
        return form
    return AddressForm(typed, initial=kept, served=served, language=language)


def _show(request: HttpRequest, form: AddressForm, address: Address | None) -> HttpResponse:
    """The page, or for HTMX, which asks for another country's fields, those."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"form": form, "address": address}
    name = "checkout/_book_fields.html" if wants_part(request) else "checkout/address.html"
    return render(request, name, context, status=status)
