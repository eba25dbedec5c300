"""The box of a reply on another network: looking again, choosing, undoing; and the way to it through the
page of linked accounts, for who has not linked one. Its author alone gets it."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.networks import configured
from checkout import (
    baskets,
    cart_reply_boxes,
    limits,
    mention_links,
    mention_tokens,
    mentions,
    visitors,
)
from checkout.cart_owners import Owner
from checkout.limits import CHOICES
from checkout.models import Mention
from checkout.views.cart import counted
from checkout.views.cart_replies import FRAGMENT, chosen, press, user_of
from feeds.models import CartReply
from shopping.htmx import wants_part
from shopping.preferences import country_of


@never_cache
@login_required
@require_safe
def box(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """As it stands now: the fragment for HTMX, else a page."""
    return _show(request, public_id)


@never_cache
@login_required
@require_safe
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """The link that was posted back to somebody without an account here: to link one, then to the box."""
    try:
        mention = mention_tokens.of_token(token)
    except Mention.DoesNotExist:
        messages.warning(request, _("That link is no longer good. Link your profile here."))
        return redirect("accounts:linked")
    if Mention.objects.of(user_of(request)).filter(pk=mention.pk).exists():
        return redirect("checkout:mention", mention.public_id)
    network = configured.named(mention.network)
    onward = {"network": mention.network, "next": request.path} if network else {}
    return HttpResponseRedirect(f"{reverse('accounts:linked')}?{urlencode(onward)}")


@never_cache
@require_POST
@login_required
def choose(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The product, or the values of its options, that were asked for; with neither, look again."""
    user = user_of(request)

    def verb() -> Mention:
        limits.count(CHOICES, visitors.counted(request))
        return mentions.choose(user, public_id, **chosen(request))

    return press(
        verb,
        show=partial(_show, request, public_id),
        missing=Mention.DoesNotExist,
        picked="picked" in request.POST,
    )


@never_cache
@require_POST
@login_required
def undo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Out of the cart again, as far as the mention put it there."""
    return press(
        partial(mentions.undo, user_of(request), public_id),
        show=partial(_show, request, public_id),
        missing=Mention.DoesNotExist,
    )


def _show(
    request: HttpRequest,
    public_id: UUID,
    *,
    error: str = "",
    status: int = HTTPStatus.OK,
    pressed: bool = False,
) -> HttpResponse:
    user = user_of(request)
    found = Mention.objects.of(user).filter(public_id=public_id)
    mention = found.select_related("user", "product__merchant", "product__drop", "variant").first()
    if mention is None:
        raise Http404
    context = {
        "box": _box(mention, country=country_of(request)),
        "mention": mention,
        "network": configured.title(mention.network),
        "error": error,
        "pressed": pressed,
    }
    name = FRAGMENT if wants_part(request) else "checkout/mention.html"
    response = render(request, name, context, status=status)
    return counted(request, response, baskets.pieces(Owner(user.pk)))


def _box(mention: Mention, *, country: str) -> cart_reply_boxes.Box:
    shown: list[int] = []
    if mention.state == CartReply.State.WHICH_PRODUCT:
        shown = [product.pk for product, _post in mention_links.shown_by(mention)]
    [found] = cart_reply_boxes.boxes(
        [mention],
        shown={mention.pk: shown},
        names={mention.pk: mention.public_id},
        place="mention",
        country=country,
    )
    return found
