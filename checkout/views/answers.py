"""What paying answers: JSON for the sheet's script, pages without it.

`kind` says how it goes on, `html` holds the parts of the sheet that changed.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from checkout import held, notes, orders, promises, visitors
from checkout.details import Asked
from checkout.errors import CheckoutError
from checkout.models import Order
from checkout.notes import Note
from checkout.payments import Outcome
from checkout.views.requests import is_script, key_of, new_key, typed
from checkout.views.tills import Till

WAITED = timedelta(seconds=20)  # less than the page waits by its own clock


def of_payment(request: HttpRequest, order: Order, result: Outcome) -> HttpResponse:
    """Say how the payment stands, in the form that was asked for."""
    if result.kind == "succeeded":
        order.refresh_from_db(fields=["status"])
        if order.status == Order.Status.CANCELLED:
            return closed(request, order, notes.given_back())
        visitors.keep_contact(request, typed(request.POST))
        return bought(request, order)
    if not is_script(request):
        return redirect(thanks_url(order))
    if result.kind == "needs_action":
        html = note_html(request, notes.check(held=held.of(order)))
        said = {"kind": "action", "client_secret": result.client_secret, "html": html}
        return JsonResponse(said)
    if result.kind == "declined":
        order.refresh_from_db(fields=["reserved_until"])
        html = note_html(request, notes.declined(result.message, held=held.of(order)))
        return JsonResponse({"kind": "declined", "html": html}, status=HTTPStatus.PAYMENT_REQUIRED)
    # A page that has waited for long is told what one without an answer is told.
    if result.kind == "unknown":
        note = waiting(order)
    elif "waited" in request.POST:
        note = waiting(order, after=WAITED)
    else:
        note = notes.processing()
    return JsonResponse({"kind": "pending", "html": note_html(request, note)})


def waiting(order: Order, *, after: timedelta = timedelta()) -> Note:
    """That we will write, which is then promised; where the outcome is known, it is shown at once."""
    return notes.unknown() if promises.make(order, after=after) else notes.processing()


def invalid(request: HttpRequest, till: Till, errors: dict[str, str]) -> HttpResponse:
    if "address" in errors:
        return stop(request, till, Note(errors["address"], "red"))
    if is_script(request):
        return JsonResponse(
            {"kind": "invalid", "errors": errors}, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    visitors.keep_draft(request, typed(request.POST))
    return stop(request, till, notes.check_fields(), errors=errors)


def sold_out(request: HttpRequest, till: Till, asked: Asked) -> HttpResponse | None:
    """For a script, that nothing is left of what it wants; None while there is, and for a page, which
    is wanted whole. Cheap, for whoever comes too late comes with many others."""
    html = till.lost(request, asked) if is_script(request) else ""
    if not html:
        return None
    return JsonResponse({"kind": "sold_out", "html": html}, status=HTTPStatus.CONFLICT)


def stop(
    request: HttpRequest,
    till: Till,
    reason: Note | CheckoutError,
    *,
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
    kind: str = "refused",
    key: str = "",
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    """Nothing was charged: the page as it is now, with a note."""
    try:
        page = till.page(request)
    except CheckoutError:
        return _gone(request, till)
    page.show_errors(errors or {})
    note = reason if isinstance(reason, Note) else till.note_of(reason, page)
    if not is_script(request):
        key = key or key_of(request.POST) or new_key()
        return till.show(request, page, key=key, note=note, status=status)
    html = till.parts(request, page, note=note).content.decode()
    return JsonResponse({"kind": kind, "html": html}, status=status)


def _gone(request: HttpRequest, till: Till) -> HttpResponse:
    if not is_script(request):
        return till.gone(request)
    return JsonResponse({"kind": "gone", "html": till.gone_note(request)}, status=HTTPStatus.GONE)


def bought(request: HttpRequest, order: Order) -> HttpResponse:
    """`order` is paid: for a page, its own."""
    return paid(order) if is_script(request) else redirect(thanks_url(order))


def closed(request: HttpRequest, order: Order, note: Note) -> HttpResponse:
    """`order` is cancelled, whatever became of its payment: `note` says it; for a page, its own does."""
    if not is_script(request):
        return redirect(order_url(order))
    return JsonResponse({"kind": "cancelled", "html": note_html(request, note)})


def paid(order: Order) -> JsonResponse:
    text = _("Paid. Order %(number)s: follow it") % {"number": order.reference}
    return JsonResponse({"kind": "paid", "url": order_url(order), "text": text})


def none(request: HttpRequest) -> JsonResponse:
    """Nothing of that key is theirs; `member` lets a page see that it was opened by another one."""
    return JsonResponse({"kind": "none", "member": visitors.member_mark(request)})


def note_html(request: HttpRequest, note: Note) -> str:
    return render_to_string("checkout/_note.html", {"note": note}, request=request)


def order_url(order: Order) -> str:
    return reverse("checkout:order", args=[orders.token(order)])


def thanks_url(order: Order) -> str:
    """The same for who has just paid."""
    return f"{order_url(order)}?thanks=1"
