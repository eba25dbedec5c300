"""A member's own page: who they are, where parcels go, how they sign in."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import addresses, people
from accounts.forms import ProfileForm
from accounts.models import User


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """The page; a POST keeps name and words about oneself, or says what is wrong with them."""
    user = cast(User, request.user)
    # Of a copy: the page's head goes on showing what is kept, not what was typed.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    status = 200
    if request.method == "POST":
        if form.is_valid():
            people.edit(user, **form.cleaned_data)
            messages.success(request, _("Saved"))
            return redirect("accounts:account")
        status = 422
    context = {"form": form, "addresses": user.addresses.order_by("-is_default", "-id")}
    return render(request, "accounts/account.html", context, status=status)


@login_required
@require_POST
def make_default(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show this address first; somebody else's is not found."""
    user = cast(User, request.user)
    addresses.make_default(get_object_or_404(user.addresses, public_id=public_id))
    return redirect("accounts:account")


@login_required
@require_POST
def forget_address(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Delete an address; somebody else's is not found."""
    user = cast(User, request.user)
    addresses.forget(get_object_or_404(user.addresses, public_id=public_id))
    messages.success(request, _("The address is deleted."))
    return redirect("accounts:account")
