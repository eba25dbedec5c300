"""The shopper's pages of a return: choose, look, ask; where it is; they work without a script.

The second page carries what was chosen and the key that makes of any number of presses one return;
photos are chosen there, for a browser does not send them twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checkout.models import Order
from checkout.visitors import user_of
from fulfilment import return_photos, return_worth, returnable, returns
from fulfilment.models import Return, ReturnPhoto
from fulfilment.papers import order_of
from fulfilment.return_errors import NotReturnable, ReturnRefused
from fulfilment.return_forms import ReturnForm
from fulfilment.return_photos import PhotoRefused
from fulfilment.returnable import Returnable
from fulfilment.steps import TransitionRefused
from shopping.ids import uuid_of

# What of the second page is no part of the choice.
CARRIED = ("csrfmiddlewaretoken", "step", "key", "shop")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """Ask `shop` (a public id) to take something back, for whoever holds the order's link."""
    order = order_of(token)
    shop = uuid_of(request.POST.get("shop", "") or request.GET.get("shop", ""))
    made = _made(order, shop, key=request.POST.get("key", ""))
    if made is not None:
        return redirect("fulfilment:return", token, made.public_id)
    found = _found(order, shop)
    if found is None:
        messages.warning(request, str(NotReturnable()))
        return redirect("checkout:order", token)
    step = request.POST.get("step", "")
    if step in ("look", "ask"):
        form = ReturnForm(request.POST, found=found)
        if form.is_valid():
            return _look(request, token, form) if step == "look" else _ask(request, token, form)
    else:
        form = ReturnForm(found=found, initial=dict(_chosen(request)))
    return _page(request, token, form)


def _ask(request: HttpRequest, token: str, form: ReturnForm) -> HttpResponse:
    """Do it; what is refused leaves what was typed."""
    try:
        row = returns.ask(
            form.found.part,
            wanted=form.wanted,
            words=form.cleaned_data["words"],
            key=request.POST.get("key", "")[:64] or uuid4().hex,
            photos=return_photos.drawn(request.FILES.getlist("photos")),
            actor=user_of(request),
        )
    except PhotoRefused as refusal:
        return _look(request, token, form, wrong=str(refusal))
    except ReturnRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, token, form)
    return redirect("fulfilment:return", token, row.public_id)


def _page(request: HttpRequest, token: str, form: ReturnForm) -> HttpResponse:
    context = {**_frame(token, form), "days": form.found.part.merchant.withdrawal_days}
    return render(request, "fulfilment/return_ask.html", context)


def _look(request: HttpRequest, token: str, form: ReturnForm, *, wrong: str = "") -> HttpResponse:
    """What it would give back, before it is asked for."""
    shown = {
        "preview": return_worth.worth(form.found.part, form.pieces),
        "chosen": list(_chosen(request)),
        "key": request.POST.get("key", "")[:64] or uuid4().hex,
        "wrong": wrong,
        "most_photos": return_photos.MOST,
        "kinds": ",".join(f"image/{kind.lower()}" for kind in return_photos.KINDS),
    }
    return render(request, "fulfilment/return_look.html", {**_frame(token, form), **shown})


def _frame(token: str, form: ReturnForm) -> dict[str, Any]:
    part = form.found.part
    return {
        "token": token,
        "form": form,
        "order": part.order,
        "shop": part.merchant,
        "found": form.found,
    }


@never_cache
@require_safe
def one(request: HttpRequest, token: str, public_id: UUID) -> HttpResponse:
    """Where a return of the order is; another order's is a 404."""
    row = _return(token, public_id)
    lines = list(row.lines.select_related("line"))
    part = row.fulfilment_order
    if row.status in (Return.Status.REQUESTED, Return.Status.APPROVED):
        pieces = {each.line_id: each.quantity for each in lines}
    else:
        pieces = return_worth.came(row) if row.status == Return.Status.RECEIVED else {}
    context = {
        "token": token,
        "order": part.order,
        "shop": part.merchant,
        "row": row,
        "lines": lines,
        "photos": list(row.photos.all()),
        "history": list(row.history.all()),
        "expected": return_worth.worth(part, pieces) if pieces else None,
        "can_withdraw": Return.Status.WITHDRAWN in Return.TRANSITIONS[row.status],
    }
    return render(request, "fulfilment/return.html", context)


@never_cache
@require_POST
def withdraw(request: HttpRequest, token: str, public_id: UUID) -> HttpResponse:
    """The shopper keeps it; where it is too late the page says so."""
    row = _return(token, public_id)
    try:
        returns.withdraw(row, actor=user_of(request))
        messages.success(request, _("You keep it: the return is withdrawn."))
    except TransitionRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect("fulfilment:return", token, public_id)


@require_safe
def photo(request: HttpRequest, token: str, public_id: UUID, photo_id: UUID) -> FileResponse:
    """A photo of a return of the order, for whoever holds the order's link."""
    row = _return(token, public_id)
    return return_photos.answer(
        get_object_or_404(ReturnPhoto.objects.filter(parent=row), public_id=photo_id)
    )


def _return(token: str, public_id: UUID) -> Return:
    mine = Return.objects.filter(fulfilment_order__order=order_of(token))
    related = ("fulfilment_order__order", "fulfilment_order__merchant", "refund")
    return get_object_or_404(mine.select_related(*related), public_id=public_id)


def _made(order: Order, shop: UUID | None, *, key: str) -> Return | None:
    """What the same press has made before: its pieces are no longer left to choose."""
    if not key or shop is None:
        return None
    made = Return.objects.filter(fulfilment_order__order=order, key=key[:64])
    return made.filter(fulfilment_order__merchant__public_id=shop).first()


def _found(order: Order, shop: UUID | None) -> Returnable | None:
    """What of the part of `shop` can be sent back; None for nothing. Raises Http404 for no part."""
    if shop is None or not order.fulfilment_orders.filter(merchant__public_id=shop).exists():
        raise Http404
    parts = returnable.parts_of(order)
    return next((each for each in parts if each.part.merchant.public_id == shop), None)


def _chosen(request: HttpRequest) -> Iterator[tuple[str, str]]:
    return ((name, str(value)) for name, value in request.POST.items() if name not in CARRIED)
