"""Setting up a second step: why the admin wants one, and what is added to allauth's own pages."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.email_verification import send_verification_email_for_user
from allauth.account.models import EmailAddress
from allauth.mfa.base.views import IndexView
from allauth.mfa.recovery_codes.internal import flows as code_flows
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.internal import flows as totp_flows
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.internal import flows as passkey_flows
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import second_factors
from accounts.confirmed import is_confirmed
from accounts.models import User

# In the session: where somebody was going when they were asked to set up a second step.
ONWARD = "second_factor_onward"


@never_cache
@login_required
@require_safe
def first(request: HttpRequest) -> HttpResponse:
    """Why the admin wants a second step, and the ways to set one up."""
    wanted = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        request.session[ONWARD] = wanted
    return render(request, "accounts/two_factor_first.html", {"unconfirmed": _unconfirmed(request)})


@require_POST
@login_required
def confirm_again(request: HttpRequest) -> HttpResponse:
    """Send the mail once more that confirms one's address; no second factor is kept before that,
    and no invitation accepted."""
    if not is_confirmed(cast(User, request.user)):
        if send_verification_email_for_user(request, cast(User, request.user)):
            messages.success(request, _("We sent you a link that confirms your address."))
        else:
            messages.warning(request, _("A link was sent just now. Look into your mail."))
    back = request.POST.get("next", "")
    good = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if good else reverse("mfa_index"))


@require_POST
@login_required
@reauthentication_required
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out of every other browser: the button of the account page."""
    second_factors.end_other_sessions(request)
    messages.success(request, _("You are signed out everywhere else."))
    return HttpResponseRedirect(reverse("accounts:account"))


def _unconfirmed(request: HttpRequest) -> bool:
    """Whether allauth would refuse to add a factor: it does while any address waits for its link, also
    one that is not `is_confirmed`'s."""
    user = cast(User, request.user)
    return EmailAddress.objects.filter(user=user, verified=False).exists()


class Index(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        # The way on is shown once, to who has what was missing.
        onward = self.request.session.pop(ONWARD, "") if context["is_mfa_enabled"] else ""
        return context | {"unconfirmed": _unconfirmed(self.request), "onward": onward}


class AddPasskey(AddWebAuthnView):
    """Every passkey is one that signs in by itself; who adds it has shown it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        # allauth's own call asks for a key that is a second step alone.
        options = auth.begin_registration(cast(User, self.request.user), True)
        return context | {"js_data": {"creation_options": options}, **kwargs}

    def form_valid(self, form: BaseForm) -> HttpResponse:
        said = form.cleaned_data
        self.did_generate_recovery_codes = second_factors.add(
            self.request,
            lambda: passkey_flows.add_authenticator(
                self.request, name=said["name"], credential=said["credential"]
            ),
        )
        return HttpResponseRedirect(self.get_success_url())


class AddApp(ActivateTOTPView):
    """An app that makes codes; who typed one of them has shown it."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        self.did_generate_recovery_codes = second_factors.add(
            self.request, lambda: totp_flows.activate_totp(self.request, form)
        )
        return HttpResponseRedirect(self.get_success_url())


class NewCodes(GenerateRecoveryCodesView):
    """Who showed one of the old codes, which are gone by that, sees the new ones."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        codes = code_flows.generate_recovery_codes(self.request)
        second_factors.show(self.request, codes)
        return HttpResponseRedirect(self.get_success_url())
