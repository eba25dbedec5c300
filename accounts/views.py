"""A member's own page: who they are, how they sign in, and the way to what is kept of them."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import people
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
    context = {"form": form, "address": user.addresses.filter(is_default=True).first()}
    return render(request, "accounts/account.html", context, status=status)
