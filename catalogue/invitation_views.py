"""The page that an invitation's link leads to: who asks, for what, and a button that says yes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.confirmed import is_confirmed
from accounts.models import User
from catalogue import members
from catalogue.members import MemberError, NoInvitation
from catalogue.models import Membership


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page; a POST by who was asked makes them a member. 404 for a link that is no good.

    The link is a secret, so it is told to no other site (Referrer-Policy).
    """
    answer = _answer(request, token)
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    try:
        asked = members.of_token(token)
        if request.method == "POST" and request.user.is_authenticated:
            member = members.accept(token, user=request.user)
            shop = member.merchant.name
            messages.success(request, _("You work for %(shop)s now.") % {"shop": shop})
            return redirect("admin:index")
    except NoInvitation as refusal:
        gone = {"gone": refusal.message}
        return render(request, "catalogue/invitation.html", gone, status=404)
    except MemberError as refusal:
        messages.error(request, refusal.message)
    context = {"asked": asked, "role": Membership.Role(asked.role).label}
    if isinstance(request.user, User):
        theirs = (request.user.email or "").lower() == asked.email.lower()
        context |= {"theirs": theirs, "confirmed": is_confirmed(request.user)}
    return render(request, "catalogue/invitation.html", context)
