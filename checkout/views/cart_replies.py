"""The box below a reply with `#cart`: looking again, choosing, undoing. Its author alone gets it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from checkout import baskets, cart_replies, cart_reply_boxes
from checkout.cart_owners import Owner
from checkout.errors import CheckoutError, UnknownProduct
from checkout.limits import TooOften
from checkout.views.cart import counted
from checkout.views.requests import OPTIONS
from feeds.cart_replies import read_by
from feeds.models import CartAnswer, CartReply
from shopping.htmx import wants_part
from shopping.ids import uuid_of
from shopping.preferences import country_of

FRAGMENT = "checkout/_cart_reply.html"


def boxes(request: HttpRequest, replies: Sequence[CartReply]) -> dict[UUID, SafeString]:
    """The boxes of `replies` (as `feeds.cart_replies.read_by` reads them) for the feed's pages, by
    their post's public id."""
    found = cart_reply_boxes.of(replies, country=country_of(request))
    return {
        public_id: render_to_string(FRAGMENT, {"box": each, "in_page": True}, request=request)
        for public_id, each in found.items()
    }


@never_cache
@login_required
@require_safe
def box(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """As it stands now: the fragment for HTMX, else a page of its own."""
    return _show(request, public_id)


@never_cache
@require_POST
@login_required
def choose(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The product, or the values of its options, that were asked for; with neither, look again."""
    return press(
        partial(cart_replies.choose, user_of(request), public_id, **chosen(request)),
        show=partial(_show, request, public_id),
        missing=CartReply.DoesNotExist,
        picked="picked" in request.POST,
    )


@never_cache
@require_POST
@login_required
def undo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Out of the cart again, as far as the reply put it there."""
    return press(
        partial(cart_replies.undo, user_of(request), public_id),
        show=partial(_show, request, public_id),
        missing=CartReply.DoesNotExist,
    )


def press(
    verb: Callable[[], CartAnswer],
    *,
    show: Callable[..., HttpResponse],
    missing: type[ObjectDoesNotExist],
    picked: bool = False,
) -> HttpResponse:
    """Do what a box's button asks for, and show the box: with what `verb` refused, or, where values were
    `picked`, with what is still to choose. 404 where `verb` raises `missing`."""
    try:
        answer = verb()
    except missing:
        raise Http404 from None
    except CheckoutError as error:
        return show(error=error.message, status=status_of(error), pressed=True)
    if picked and answer.state == CartReply.State.WHICH_VARIANT:
        said, status = _("Choose one of each."), HTTPStatus.UNPROCESSABLE_ENTITY
        return show(error=said, status=status, pressed=True)
    return show(pressed=True)


def chosen(request: HttpRequest) -> dict[str, Any]:
    """The product, or a value an option, as the box's form has them; None where it asks for none."""
    picks = [request.POST.get(name, "") for name in OPTIONS] if "picked" in request.POST else None
    return {"product": uuid_of(request.POST.get("product", "")), "picks": picks}


def user_of(request: HttpRequest) -> User:
    """Who is signed in, in a view behind `login_required`."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def status_of(error: CheckoutError) -> HTTPStatus:
    """The status of a page that says what kept it from being done."""
    if isinstance(error, TooOften):
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.NOT_FOUND if isinstance(error, UnknownProduct) else HTTPStatus.CONFLICT


def _show(
    request: HttpRequest,
    public_id: UUID,
    *,
    error: str = "",
    status: int = HTTPStatus.OK,
    pressed: bool = False,
) -> HttpResponse:
    user = user_of(request)
    reply = read_by(user).filter(post__public_id=public_id).first()
    if reply is None:
        raise Http404
    found = cart_reply_boxes.of([reply], country=country_of(request))
    context = {"box": found[public_id], "error": error, "pressed": pressed}
    name = FRAGMENT if wants_part(request) else "checkout/cart_reply.html"
    response = render(request, name, context, status=status)
    return counted(request, response, baskets.pieces(Owner(user.pk)))
