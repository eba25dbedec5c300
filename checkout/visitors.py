"""Who is at the sheet: the name under which their orders are found again, and what they typed.

A guest is known by a signed cookie of their own rather than by a session, so that opening a sheet
writes nothing, and two presses of one visitor can never count as two people.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from accounts.address_forms import ADDRESS_FIELDS
from accounts.models import User
from checkout.buyers import Buyer
from checkout.cart_owners import GUEST_DAYS, Owner
from checkout.limits import Visitor
from shopping.limits import address_of

GUEST_COOKIE = "guest"
GUEST_SALT = "checkout.guest"
BEFORE_COOKIE = "guest_before"
BEFORE_SALT = "checkout.guest_before"
BEFORE_SECONDS = 24 * 3600
MEMBER_SALT = "checkout.member"
GUEST_SECONDS = GUEST_DAYS * 24 * 3600
DRAFT = "buy_draft"
DRAFT_SECONDS = 30 * 60
# Characters of a field; a note is the longest.
MOST_KEPT = 1_000
CONTACT = ("email", *ADDRESS_FIELDS)


def user_of(request: HttpRequest) -> User | None:
    """The person who is signed in, or None."""
    return request.user if request.user.is_authenticated else None


def guest_of(request: HttpRequest) -> str:
    """This browser's guest name, "" if it has none or a forged one; judged once a request."""
    known: str | None = getattr(request, "_guest", None)
    if known is None:
        name = request.get_signed_cookie(GUEST_COOKIE, "", salt=GUEST_SALT, max_age=GUEST_SECONDS)
        request._guest = known = name or ""  # type: ignore[attr-defined]
    return known


def new_guest() -> str:
    """A name that nobody can guess."""
    return secrets.token_hex(16)


def remember_guest(request: HttpRequest, response: HttpResponseBase, *, name: str = "") -> None:
    """Give a guest without a name one, `name` or a new one, before they can place anything."""
    if user_of(request) or guest_of(request):
        return
    response.set_signed_cookie(
        GUEST_COOKIE,
        name or new_guest(),
        salt=GUEST_SALT,
        max_age=GUEST_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def cut_guest(response: HttpResponseBase, *, name: str) -> None:
    """Take the guest's `name` away, now that they have signed in.

    For a day the browser can still ask what became of a payment that it began under it; that
    opens no cart.
    """
    response.delete_cookie(GUEST_COOKIE, samesite="Lax")
    response.set_signed_cookie(
        BEFORE_COOKIE,
        name,
        salt=BEFORE_SALT,
        max_age=BEFORE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def owner_of(request: HttpRequest) -> Owner:
    """Whose cart this request means."""
    user = user_of(request)
    return Owner(guest=guest_of(request)) if user is None else Owner(user.pk)


def principal_of(request: HttpRequest) -> str:
    """ "user:7" or "guest:…"; "" for a visitor who opened no sheet before."""
    return owner_of(request).principal


def principals_of(request: HttpRequest) -> list[str]:
    """Every name that this browser proves to be theirs, the present one first.

    Whoever signs in while a payment is under way was a guest when they pressed Pay.
    """
    before = request.get_signed_cookie(BEFORE_COOKIE, "", salt=BEFORE_SALT, max_age=BEFORE_SECONDS)
    guests = (Owner(guest=name).principal for name in (guest_of(request), before) if name)
    # A guest's present name is the first of both: it is told once.
    return [*dict.fromkeys([*filter(None, [principal_of(request)]), *guests])]


def member_mark(request: HttpRequest) -> str:
    """What a page may hold of who is signed in: tells one person from another, and nothing else."""
    user = user_of(request)
    return salted_hmac(MEMBER_SALT, str(user.pk)).hexdigest()[:16] if user else ""


def buyer_of(request: HttpRequest, *, email: str) -> Buyer:
    """Who places an order; `email` is where the receipt goes."""
    user = user_of(request)
    return Buyer(
        principal=principal_of(request),
        user=user,
        email=email,
        locale=(get_language() or "en").split("-")[0],
    )


def counted(request: HttpRequest) -> Visitor:
    """Whose tries are counted where there is a limit to them."""
    return Visitor(principal_of(request), address_of(request))


def draft_of(request: HttpRequest) -> dict[str, str]:
    """What was typed and picked in the last half hour; never a card."""
    draft = request.session.get(DRAFT)
    if not draft or draft["at"] < time.time() - DRAFT_SECONDS:
        return {}
    return dict(draft["fields"])


def keep_draft(request: HttpRequest, fields: Mapping[str, Any]) -> None:
    """Keep `fields` for half an hour; a repeat of the same writes nothing."""
    kept = {name: str(value)[:MOST_KEPT] for name, value in fields.items() if value}
    if kept != draft_of(request):
        request.session[DRAFT] = {"at": time.time(), "fields": kept}


def keep_contact(request: HttpRequest, fields: Mapping[str, Any]) -> None:
    """After paying keep, of the draft and of `fields`, no more than whose it is and where to: the
    cart's other currencies are paid for next."""
    known = {**draft_of(request), **{name: value for name, value in fields.items() if value}}
    keep_draft(request, {name: known.get(name, "") for name in CONTACT})
