"""The page on which a person lets an app act for them, or for a shop; and the end of that."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_deny
from django.views.decorators.http import require_http_methods, require_POST

from accounts import second_factors
from accounts.models import User
from partners import allowances, givers, grants
from partners.givers import Giver
from partners.models import Application, Consent
from partners.models.consents import IDLE
from partners.oauth import authorizing, limits
from partners.oauth.authorizing import Asked, Refused, Unknown
from partners.oauth.bounds_forms import BoundsForm
from partners.scope_words import WORDS
from shopping.accesses import access


class Answer(HttpResponseRedirect):
    """To where an app wants its answers; which schemes those may have is seen when it is registered."""

    allowed_schemes = ["https", "http"]


@never_cache
@xframe_options_deny
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """RFC 6749, section 3.1. Whoever is not signed in signs in first: nobody is sent on from here
    whom we do not know (RFC 9700, section 4.11.2)."""
    if limits.wait_for_page(cast(User, request.user).pk):
        return render(request, "partners/not_asked.html", {"too_often": True}, status=429)
    try:
        asked = authorizing.read(request.get_full_path(), request.GET.getlist("resource"))
    except Unknown:
        return render(request, "partners/not_asked.html", status=400)
    except Refused as refused:
        # Nobody is sent on by a link alone (RFC 9700, section 4.11.2): they see who wants them back.
        context = {"back": refused.location, "back_to": refused.origin, "app": refused.app}
        return render(request, "partners/not_asked.html", context, status=400)
    if access(request).needs_two_factor:
        step = second_factors.next_step(request)
        if step is not None:
            # A form that was sent cannot be sent again for them; its page can be shown again.
            here = request.method == "POST"
            return HttpResponseRedirect(request.get_full_path() if here else step)
    return _decided(request, asked) if request.method == "POST" else _page(request, asked)


def _decided(request: HttpRequest, asked: Asked) -> HttpResponse:
    if request.POST.get("answer") != "allow":
        return Answer(authorizing.deny(asked))
    chosen = [
        giver
        for giver in _able(_givers(request, asked), asked)
        if giver.key == request.POST.get("as")
    ]
    if not chosen:
        return _page(request, asked, status=422)
    user, merchant_id = cast(User, request.user), chosen[0].merchant_id
    form = _bounds(request, asked)
    if merchant_id is not None or form is None:
        return Answer(authorizing.allow(asked, user=user, merchant_id=merchant_id))
    if not form.is_valid():
        return _page(request, asked, status=422)
    return Answer(authorizing.allow(asked, user=user, merchant_id=None, bounds=form.bounds))


def _bounds(request: HttpRequest, asked: Asked) -> BoundsForm | None:
    """How much it may spend, where it asks to spend a person's money; the first time as suggested,
    later as it stands."""
    if not allowances.needed(asked.scopes, merchant_id=None):
        return None
    given = Consent.objects.filter(
        user=cast(User, request.user), application=asked.application, merchant=None, ended_at=None
    ).first()
    row = allowances.of(given) if given is not None else None
    bounds = allowances.bounds_of(row) if row is not None else allowances.suggested()
    return BoundsForm(request.POST if request.method == "POST" else None, bounds=bounds)


def _page(request: HttpRequest, asked: Asked, *, status: int = 200) -> HttpResponse:
    everybody = _givers(request, asked)
    able = _able(everybody, asked)
    wanted = frozenset(asked.scopes)
    form = _bounds(request, asked)
    wrong_bounds = form is not None and form.is_bound and not form.is_valid()
    context = {
        "form": form if any(giver.merchant_id is None for giver in able) else None,
        "app": asked.application,
        "givers": able,
        "missing": [
            (giver, [WORDS[scope] for scope in sorted(wanted - giver.gives)])
            for giver in everybody
            if not able
        ],
        "scopes": [WORDS[scope] for scope in asked.scopes],
        "back_to": asked.origin,
        "idle_days": IDLE.days,
        "wrong": status != 200 and not wrong_bounds,
    }
    page = render(request, "partners/consent.html", context, status=status)
    # Its form leads to the app: browsers look at where a form's answer sends them, too.
    page._csp_update = {"form-action": [asked.origin]}  # type: ignore[attr-defined]
    return page


def _givers(request: HttpRequest, asked: Asked) -> list[Giver]:
    user = cast(User, request.user)
    return givers.givers(user, asked.scopes, access=access(request))


def _able(everybody: list[Giver], asked: Asked) -> list[Giver]:
    """Those who may give all of it; less is nothing that an app knows how to live with."""
    return [giver for giver in everybody if giver.gives == frozenset(asked.scopes)]


@require_POST
@login_required
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End what an app does in one's name: the button of accounts/linked.html."""
    user = cast(User, request.user)
    apps = Application.objects.filter(consents__user=user).distinct()
    application = get_object_or_404(apps, public_id=public_id)
    if grants.end(user, application):
        said = _("%(app)s can do nothing in your name any more.")
        messages.success(request, said % {"app": application.name})
    back = request.POST.get("next") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect("accounts:account")
    return HttpResponseRedirect(back)
