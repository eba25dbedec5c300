"""Paying: the press, the bank's check, and what became of a payment.

The sheet's script reads JSON: `kind` says how it goes on, `html` holds the parts of the sheet that
changed. Without the script the same addresses answer with pages.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from checkout import (
    declines,
    held,
    notes,
    orders,
    payments,
    presses,
    promises,
    tax_calculations,
    visitors,
)
from checkout.cart_orders import CartIsBeingPaid
from checkout.codes import CodeRefused
from checkout.errors import (
    BadAddress,
    CartChanged,
    CheckoutError,
    KeyReused,
    NotDelivered,
    OrderClosed,
    SoldOut,
    TotalChanged,
)
from checkout.limits import ORDERS, TooOften, count
from checkout.looks import settled
from checkout.models import Order, Payment
from checkout.notes import Note
from checkout.payments import Outcome
from checkout.presses import Press
from checkout.views.checkout import CartTill
from checkout.views.requests import key_of, new_key, product_of, seen, typed
from checkout.views.sheet import ProductTill
from checkout.views.tills import Till

PAYMENT_REQUIRED = 402
CONFLICT = 409
GONE = 410
UNPROCESSABLE = 422
WAITED = timedelta(seconds=20)  # less than the page waits by its own clock


@never_cache
@require_POST
def place(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The press on Pay in a product's sheet."""
    return _place(request, ProductTill(product_of(public_id)))


@never_cache
@require_POST
def place_cart(request: HttpRequest, currency: str) -> HttpResponse:
    """The press on Pay on the page of the cart's lines in `currency`."""
    return _place(request, CartTill(currency.upper()))


def _place(request: HttpRequest, till: Till) -> HttpResponse:
    """Order and payment, once a key however often it is sent."""
    key = key_of(request.POST)
    if not (visitors.principal_of(request) and key):
        return _stop(request, till, notes.stale(), status=CONFLICT)
    if _was_pressed_as_guest(request, key):
        return _renew(request, till, key=key)
    try:
        asked = till.asked(request)
        if asked.code_waits:
            raise TooOften(asked.code_waits)
        press = presses.read(visitors.user_of(request), asked)
        count(ORDERS, visitors.counted(request))
        answer = _give_way(request, till, key=key)
        if answer is not None:
            return answer
        wanted = till.wanted(request, press)
        token = request.POST.get("confirmation_token", "")[:120]
        if press.card is None and not token:
            visitors.keep_draft(request, typed(request.POST))
            return _stop(request, till, notes.needs_script())
        order = tax_calculations.once_more(
            partial(
                orders.place,
                wanted.items,
                buyer=visitors.buyer_of(request, email=press.email),
                address=press.address,
                key=key,
                seen_total=seen(request.POST),
                cart=wanted.cart,
                code=asked.code,
            )
        )
        return _pay(request, order, press, token=token)
    except CheckoutError as error:
        return _refused(request, till, error, key=key)


@never_cache
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """After the bank's check: what Stripe says of the payment now, or said a second ago."""
    order = _order(request, key_of(request.POST))
    if order is None:
        return _none(request)
    return _answer(request, order, settled(order.payments.latest("id")))


@never_cache
@require_GET
def outcome(request: HttpRequest) -> JsonResponse:
    """What became of the press with this key, as far as we know; asks nobody."""
    order = _order(request, key_of(request.GET))
    if order is None:
        return _none(request)
    if order.status == Order.Status.PAID:
        return _paid(order)
    payment = order.payments.latest("id")
    if order.status == Order.Status.CANCELLED:
        return JsonResponse({"kind": "cancelled", "html": _note(request, notes.cancelled())})
    if payment.status == Payment.Status.DECLINED:
        note = notes.declined(declines.message(payment.decline_code), held=held.of(order))
        return JsonResponse({"kind": "declined", "html": _note(request, note)})
    if payment.status == Payment.Status.REQUIRES_ACTION:
        return JsonResponse({"kind": "asks"})
    return JsonResponse({"kind": "pending"})


def _pay(request: HttpRequest, order: Order, press: Press, *, token: str) -> HttpResponse:
    if order.status == Order.Status.PAID:
        return _paid(order) if _is_script(request) else redirect(order_url(order))
    keeps = press.card is None and "keep" in request.POST and order.user_id is not None
    result = payments.start(
        order.payments.latest("id").pk,
        confirmation_token=None if press.card else token,
        saved_card_id=press.card.pk if press.card else None,
        save_card=keeps,
        return_url=settings.PUBLIC_URL + order_url(order),
    )
    return _answer(request, order, result)


def _answer(request: HttpRequest, order: Order, result: Outcome) -> HttpResponse:
    """Say how the payment stands, in the form that was asked for."""
    if result.kind == "succeeded":
        visitors.drop_draft(request)
    if not _is_script(request):
        return redirect(order_url(order))
    if result.kind == "succeeded":
        return _paid(order)
    if result.kind == "needs_action":
        html = _note(request, notes.check(held=held.of(order)))
        said = {"kind": "action", "client_secret": result.client_secret, "html": html}
        return JsonResponse(said)
    if result.kind == "declined":
        order.refresh_from_db(fields=["reserved_until"])
        html = _note(request, notes.declined(result.message, held=held.of(order)))
        return JsonResponse({"kind": "declined", "html": html}, status=PAYMENT_REQUIRED)
    # A page that has waited for long is told what one without an answer is told.
    if result.kind == "unknown":
        note = _waiting(order)
    elif "waited" in request.POST:
        note = _waiting(order, after=WAITED)
    else:
        note = notes.processing()
    return JsonResponse({"kind": "pending", "html": _note(request, note)})


def _waiting(order: Order, *, after: timedelta = timedelta()) -> Note:
    """That we will write, which is then promised; where the outcome is known, it is shown at once."""
    return notes.unknown() if promises.make(order, after=after) else notes.processing()


def _refused(request: HttpRequest, till: Till, error: CheckoutError, *, key: str) -> HttpResponse:
    """Nothing was charged: say why, with the figures as they are now."""
    if isinstance(error, KeyReused | OrderClosed):
        return _renew(request, till, key=key)
    if isinstance(error, BadAddress):
        return _invalid(request, till, error.fields)
    if isinstance(error, NotDelivered):
        return _invalid(request, till, {"country": error.message})
    if isinstance(error, TotalChanged):
        return _stop(request, till, till.changed(request, error), status=CONFLICT, kind="changed")
    if isinstance(error, CartChanged | CartIsBeingPaid):
        return _stop(request, till, error, status=CONFLICT, kind="changed")
    if isinstance(error, SoldOut):
        return _stop(request, till, error, status=CONFLICT, kind="sold_out")
    if isinstance(error, TooOften):
        answer = _stop(request, till, error, status=HTTPStatus.TOO_MANY_REQUESTS)
        answer["Retry-After"] = str(error.seconds)
        return answer
    if isinstance(error, CodeRefused):
        return _stop(request, till, Note(error.with_way_out, "red"))
    return _stop(request, till, error)


def _renew(request: HttpRequest, till: Till, *, key: str) -> HttpResponse:
    """The key's order is not what is wanted any more: give it up, if it is still unpaid.

    Its payment is cancelled at Stripe first. Where it had gone through meanwhile, that order is
    the answer, and nothing is bought twice.
    """
    before = _order(request, key)
    answer = _give_up(request, before) if before else None
    if answer is not None:
        return answer
    if before is not None and before.status == Order.Status.AWAITING_PAYMENT:
        return _stop(request, till, _waiting(before), status=CONFLICT, kind="pending")
    if _is_script(request):
        return JsonResponse({"kind": "renewed", "key": new_key()}, status=CONFLICT)
    return _stop(request, till, notes.stale(), status=CONFLICT, key=new_key())


def _give_way(request: HttpRequest, till: Till, *, key: str) -> HttpResponse | None:
    """Give up what another window ordered of the same cart: the newest press is what is meant.

    None where there is nothing of that, or no more. Raises CartIsBeingPaid while the bank is at it.
    """
    other = None if _order(request, key) else till.unpaid(request)
    if other is None:
        return None
    answer = _give_up(request, other)
    if other.status == Order.Status.AWAITING_PAYMENT:
        raise CartIsBeingPaid
    return answer


def _give_up(request: HttpRequest, order: Order) -> HttpResponse | None:
    """Cancel `order` if Stripe lets us; the answer where it turns out to be paid."""
    payments.cancel_unpaid(order.pk, reason="changed")
    order.refresh_from_db()
    if order.status != Order.Status.PAID:
        return None
    return _paid(order) if _is_script(request) else redirect(order_url(order))


def _invalid(request: HttpRequest, till: Till, errors: dict[str, str]) -> HttpResponse:
    if "address" in errors:
        return _stop(request, till, Note(errors["address"], "red"))
    if _is_script(request):
        return JsonResponse({"kind": "invalid", "errors": errors}, status=UNPROCESSABLE)
    visitors.keep_draft(request, typed(request.POST))
    return _stop(request, till, notes.check_fields(), errors=errors)


def _stop(
    request: HttpRequest,
    till: Till,
    reason: Note | CheckoutError,
    *,
    status: int = UNPROCESSABLE,
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
    if not _is_script(request):
        key = key or key_of(request.POST) or new_key()
        return till.show(request, page, key=key, note=note, status=status)
    html = till.parts(request, page, note=note).content.decode()
    return JsonResponse({"kind": kind, "html": html}, status=status)


def _gone(request: HttpRequest, till: Till) -> HttpResponse:
    if not _is_script(request):
        return till.gone(request)
    return JsonResponse({"kind": "gone", "html": till.gone_note(request)}, status=GONE)


def _paid(order: Order) -> JsonResponse:
    text = _("Paid. Order %(number)s: follow it") % {"number": order.reference}
    return JsonResponse({"kind": "paid", "url": order_url(order), "text": text})


def _order(request: HttpRequest, key: str) -> Order | None:
    """This visitor's own order of that key, placed as who they are or as the guest they were."""
    names = visitors.principals_of(request)
    if not (names and key):
        return None
    orders_of = Order.objects.filter(principal__in=names, idempotency_key=key)
    return min(orders_of, key=lambda order: names.index(order.principal), default=None)


def _was_pressed_as_guest(request: HttpRequest, key: str) -> bool:
    """Whether the form was sent before its shopper signed in: it must not become a second order."""
    earlier = visitors.principals_of(request)[1:]
    found = Order.objects.filter(principal__in=earlier, idempotency_key=key)
    return bool(earlier) and found.exists()


def _none(request: HttpRequest) -> JsonResponse:
    """Nothing of that key is theirs; `member` lets a page see that it was opened by another one."""
    return JsonResponse({"kind": "none", "member": visitors.member_mark(request)})


def _note(request: HttpRequest, note: Note) -> str:
    return render_to_string("checkout/_note.html", {"note": note}, request=request)


def _is_script(request: HttpRequest) -> bool:
    return request.accepts("application/json") and not request.accepts("text/html")


def order_url(order: Order) -> str:
    return reverse("checkout:order", args=[orders.token(order)])
