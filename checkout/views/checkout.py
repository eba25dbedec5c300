"""The checkout page: one currency's lines of the cart, guest first, with one payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from catalogue import vias
from checkout import baskets, cart_orders, checkouts, notes, orders, places, visitors
from checkout.cart_lines import Line
from checkout.checkouts import Checkout
from checkout.details import Asked, Details
from checkout.errors import (
    BadAddress,
    CartChanged,
    CheckoutError,
    TotalChanged,
    UnknownCard,
)
from checkout.limits import TooOften
from checkout.models import Order
from checkout.notes import Note
from checkout.presses import Press
from checkout.quotes import MOST_LINES, Item
from checkout.views import wallets
from checkout.views.requests import (
    count_guess,
    int_of,
    is_script,
    key_of,
    new_key,
    said,
    seen_in,
    typed,
    uuid_of,
)
from checkout.views.tills import Wanted, stripe_settings, told_to_wait
from checkout.visitors import owner_of
from shopping.htmx import wants_part


@never_cache
@require_GET
def checkout(request: HttpRequest, currency: str) -> HttpResponse:
    """The page; the cart where there is nothing to pay for in `currency`. Places nothing."""
    till = CartTill(currency.upper())
    try:
        page = till.build(request, said(request))
    except CheckoutError:
        return till.gone(request)
    response = till.show(request, page, key=new_key(), note=first_note(page))
    visitors.remember_guest(request, response)
    return response


@never_cache
@require_POST
def quote(request: HttpRequest, currency: str) -> HttpResponse:
    """What delivery to another address comes to."""
    till = CartTill(currency.upper())
    try:
        page = till.build(request, said(request))
    except (BadAddress, UnknownCard) as error:
        return till.parts(request, till.page(request), note=notes.refused(error))
    except CheckoutError:
        return till.gone(request)
    if is_script(request):
        return wallets.answer(page.quote, can_pay=not page.problem)
    if wants_part(request):
        return told_to_wait(page, till.parts(request, page, note=first_note(page)))
    visitors.keep_draft(request, typed(request.POST))
    key = key_of(request.POST) or new_key()
    return told_to_wait(page, till.show(request, page, key=key, note=first_note(page)))


@never_cache
@require_POST
def draft(request: HttpRequest, currency: str) -> JsonResponse:
    """Keep what was typed for half an hour, and say what is wrong with it so far."""
    visitors.keep_draft(request, typed(request.POST))
    try:
        page = CartTill(currency.upper()).build(request, said(request, sent=True))
    except CheckoutError:
        return JsonResponse({"errors": {}})
    return JsonResponse({"errors": page.errors})


def first_note(page: Checkout) -> Note | None:
    if page.asked.code_waits:
        return notes.refused(TooOften(page.asked.code_waits))
    return notes.problem(page.problem) if page.problem else None


def shown_items(request: HttpRequest) -> tuple[Item, ...]:
    """What the page showed, as its form repeats it: "variant quantity post" a line."""
    items = []
    for text in request.POST.getlist("item")[: MOST_LINES + 1]:
        variant, quantity, post = [*text.split(" "), "", ""][:3]
        named = uuid_of(variant)
        if named:
            items.append(Item(named, int_of(quantity), uuid_of(post)))
    return tuple(items)


def _credited(
    request: HttpRequest, items: Sequence[Item], lines: Sequence[Line]
) -> tuple[Item, ...]:
    """`items` with the partners who brought this visitor to their products."""
    codes = vias.codes_of(request)
    via = {line.variant_id: codes.get(line.product_id, "") for line in lines}
    return tuple(replace(item, via=via.get(item.variant_id, "")) for item in items)


@dataclass(frozen=True, slots=True)
class CartTill:
    """The cart's lines in one currency, paid for on their page: see tills.Till."""

    currency: str

    @property
    def name(self) -> str:
        return f"cart-{self.currency.lower()}"

    @property
    def url(self) -> str:
        return self._url("checkout")

    @property
    def quote_url(self) -> str:
        return self._url("checkout_quote")

    @property
    def draft_url(self) -> str:
        return self._url("checkout_draft")

    @property
    def place_url(self) -> str:
        return self._url("checkout_place")

    def _url(self, name: str) -> str:
        return reverse(f"checkout:{name}", args=[self.currency.lower()])

    def build(self, request: HttpRequest, asked: Asked) -> Checkout:
        user, owner = visitors.user_of(request), owner_of(request)
        page = checkouts.build(owner, user=user, currency=self.currency, asked=asked)
        count_guess(request, asked, page.quote)
        shops = {line.shop.pk for line in page.lines}
        return replace(page, problem=places.instead(page.problem, page, merchants=shops))

    def asked(self, request: HttpRequest) -> Asked:
        return said(request, sent=True)

    def unpaid(self, request: HttpRequest) -> Order | None:
        return cart_orders.unpaid(owner_of(request), currency=self.currency)

    def lost(self, request: HttpRequest, asked: Asked) -> str:
        """A cart is not lost as a whole: it says what it can no longer have, and goes on without."""
        return ""

    def wanted(self, request: HttpRequest, press: Press) -> Wanted:
        """What the page showed, as long as the cart still has it so.

        A repeated press has to find its own order: that may hold the last piece, and once it is
        paid the cart is empty. So a cart that differs matters only where nothing was placed yet.
        """
        shown = shown_items(request)
        basket = baskets.build(owner_of(request), country=press.address.country)
        summary = checkouts.summary_of(basket, self.currency)
        if summary and shown and _pieces(shown) == _pieces(summary.items):
            return Wanted(_credited(request, shown, basket.lines), basket.key)
        if orders.of_key(key_of(request.POST), principals=[visitors.principal_of(request)]):
            return Wanted(shown)
        raise CartChanged(_lost(shown, basket.lines))

    def page(self, request: HttpRequest) -> Checkout:
        """With the default address and card where the sent ones are not the shopper's."""
        asked = self.asked(request)
        try:
            return self.build(request, asked)
        except (BadAddress, UnknownCard):
            return self.build(request, replace(asked, address="", card=""))

    def changed(self, request: HttpRequest, error: TotalChanged) -> Note:
        return notes.total_changed(before=seen_in(request.POST, error), now=error.quote.total)

    def note_of(self, error: CheckoutError, page: Details) -> Note:
        return notes.cart_changed(error) if isinstance(error, CartChanged) else notes.refused(error)

    def show(
        self, request: HttpRequest, page: Details, *, key: str, note: Note | None, status: int = 200
    ) -> HttpResponse:
        context = {
            **self._context(page, note=note),
            "key": key,
            "member": visitors.member_mark(request),
            "stripe": stripe_settings(),
        }
        return render(request, "checkout/checkout.html", context, status=status)

    def parts(self, request: HttpRequest, page: Details, *, note: Note | None) -> HttpResponse:
        return render(request, "checkout/_checkout_parts.html", self._context(page, note=note))

    def gone(self, request: HttpRequest) -> HttpResponse:
        if wants_part(request):
            address = reverse("checkout:cart")
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": address})
        return redirect("checkout:cart")

    def gone_note(self, request: HttpRequest) -> str:
        return render_to_string("checkout/_cart_gone_note.html", request=request)

    def _context(self, page: Details, *, note: Note | None) -> dict[str, Any]:
        return {"sheet": page, "till": self, "note": note}


def _pieces(items: Sequence[Item]) -> dict[object, int]:
    return {item.variant_id: item.quantity for item in items}


def _lost(shown: Sequence[Item], lines: Sequence[Line]) -> str:
    """The title of a line that was shown and can no longer be had; "" if it is none of that."""
    wanted = _pieces(shown)
    gone = (line.title for line in lines if line.variant_id in wanted and not line.counts)
    return next(gone, "")
