"""Paying: the press, the bank's check, and what became of a payment.

The sheet's script reads JSON: `kind` says how it goes on, `html` holds the parts of the sheet that
changed. Without the script the same addresses answer with pages.
"""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from checkout import (
    declines,
    held,
    notes,
    orders,
    payments,
    presses,
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
from checkout.presses import Press
from checkout.views import answers
from checkout.views.checkout import CartTill
from checkout.views.requests import is_script, key_of, new_key, product_of, seen, typed
from checkout.views.sheet import ProductTill
from checkout.views.tills import Till, refused_for


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
        return answers.stop(request, till, notes.stale(), status=HTTPStatus.CONFLICT)
    if _was_pressed_as_guest(request, key):
        return _renew(request, till, key=key)
    try:
        asked = till.asked(request)
        if asked.code_waits:
            raise TooOften(asked.code_waits)
        # The order of this very key may hold the last piece: it is looked for after the stock.
        sold_out = answers.sold_out(request, till, asked)
        if sold_out is not None and _order(request, key) is None:
            count(ORDERS, visitors.counted(request))
            return sold_out
        press = presses.read(visitors.user_of(request), asked)
        count(ORDERS, visitors.counted(request))
        answer = _give_way(request, till, key=key)
        if answer is not None:
            return answer
        wanted = till.wanted(request, press)
        token = request.POST.get("confirmation_token", "")[:120]
        if press.card is None and not token:
            visitors.keep_draft(request, typed(request.POST))
            return answers.stop(request, till, notes.needs_script())
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
                customers_note=press.note,
            ),
            visitor=asked.visitor,
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
        return answers.none(request)
    return answers.of_payment(request, order, settled(order.payments.latest("id")))


@never_cache
@require_GET
def outcome(request: HttpRequest) -> JsonResponse:
    """What became of the press with this key, as far as we know; asks nobody."""
    order = _order(request, key_of(request.GET))
    if order is None:
        return answers.none(request)
    if order.status == Order.Status.PAID:
        return answers.paid(order)
    payment = order.payments.latest("id")
    if order.status == Order.Status.CANCELLED:
        note = notes.given_back() if payment.captured else notes.cancelled()
        return JsonResponse({"kind": "cancelled", "html": answers.note_html(request, note)})
    if payment.status == Payment.Status.DECLINED:
        note = notes.declined(declines.message(payment.decline_code), held=held.of(order))
        return JsonResponse({"kind": "declined", "html": answers.note_html(request, note)})
    if payment.status == Payment.Status.REQUIRES_ACTION:
        return JsonResponse({"kind": "asks"})
    return JsonResponse({"kind": "pending"})


def _pay(request: HttpRequest, order: Order, press: Press, *, token: str) -> HttpResponse:
    if order.status == Order.Status.PAID:
        return answers.bought(request, order)
    keeps = press.card is None and "keep" in request.POST and order.user_id is not None
    result = payments.start(
        order.payments.latest("id").pk,
        confirmation_token=None if press.card else token,
        saved_card_id=press.card.pk if press.card else None,
        save_card=keeps,
        return_url=settings.PUBLIC_URL + answers.thanks_url(order),
    )
    return answers.of_payment(request, order, result)


def _refused(request: HttpRequest, till: Till, error: CheckoutError, *, key: str) -> HttpResponse:
    """Nothing was charged: say why, with the figures as they are now."""
    if isinstance(error, KeyReused | OrderClosed):
        return _renew(request, till, key=key)
    if isinstance(error, BadAddress):
        return answers.invalid(request, till, error.fields)
    if isinstance(error, NotDelivered):
        return answers.invalid(request, till, {"country": error.message})
    if isinstance(error, TotalChanged):
        return answers.stop(
            request, till, till.changed(request, error), status=HTTPStatus.CONFLICT, kind="changed"
        )
    if isinstance(error, CartChanged | CartIsBeingPaid):
        return answers.stop(request, till, error, status=HTTPStatus.CONFLICT, kind="changed")
    if isinstance(error, SoldOut):
        return answers.sold_out(request, till, till.asked(request)) or answers.stop(
            request, till, error, status=HTTPStatus.CONFLICT, kind="sold_out"
        )
    if isinstance(error, TooOften):
        status = HTTPStatus.TOO_MANY_REQUESTS
        return refused_for(error.seconds, answers.stop(request, till, error, status=status))
    if isinstance(error, CodeRefused):
        return answers.stop(request, till, Note(error.with_way_out, "red"))
    return answers.stop(request, till, error)


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
        return answers.stop(
            request, till, answers.waiting(before), status=HTTPStatus.CONFLICT, kind="pending"
        )
    if is_script(request):
        return JsonResponse({"kind": "renewed", "key": new_key()}, status=HTTPStatus.CONFLICT)
    return answers.stop(request, till, notes.stale(), status=HTTPStatus.CONFLICT, key=new_key())


def _give_way(request: HttpRequest, till: Till, *, key: str) -> HttpResponse | None:
    """Give up what another window ordered of the same cart: the newest press is what is meant.

    None where there is nothing of that, or no more. Raises CartIsBeingPaid while the bank is at it.
    """
    other = till.unpaid(request)
    if other is None or _order(request, key):
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
    return answers.bought(request, order)


def _order(request: HttpRequest, key: str) -> Order | None:
    """This visitor's own order of that key, placed as who they are or as the guest they were."""
    names = visitors.principals_of(request)
    return orders.of_key(key, principals=names) if key else None


def _was_pressed_as_guest(request: HttpRequest, key: str) -> bool:
    """Whether the form was sent before its shopper signed in: it must not become a second order."""
    earlier = visitors.principals_of(request)[1:]
    return orders.of_key(key, principals=earlier) is not None
