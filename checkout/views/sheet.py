"""Opening the Buy-now sheet, and following what the shopper changes in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from catalogue import vias
from catalogue.models import Product
from checkout import drop_queues, notes, places, presses, selections, visitors
from checkout.details import Asked, Details
from checkout.errors import BadAddress, CheckoutError, SoldOut, TotalChanged, UnknownCard
from checkout.limits import TooOften
from checkout.models import Order
from checkout.notes import Note
from checkout.presses import Press
from checkout.sheets import Sheet, build
from checkout.views import wallets
from checkout.views.drops import to_page
from checkout.views.requests import (
    amount_of,
    asked,
    count_guess,
    is_script,
    key_of,
    new_key,
    product_of,
    seen_in,
    typed,
)
from checkout.views.tills import Wanted, stripe_settings, told_to_wait
from shopping.htmx import wants_part
from shopping.money import Money


@never_cache
@require_GET
def buy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The sheet, over the feed for HTMX, or a page of its own. Writes nothing.

    Of a drop with a queue it opens in one's turn; else the drop's page is shown.
    """
    product = product_of(public_id)
    till = ProductTill(product)
    if not product.is_on_sale:
        return gone(request, product)
    drop = product.open_drop
    if drop and drop_queues.has_to_wait(drop, principal=visitors.principal_of(request)):
        return to_page(request, drop)
    try:
        sheet = till.build(request, asked(request, product))
    except CheckoutError:
        return gone(request, product)
    note = first_note(sheet)
    response = till.show(request, sheet, key=new_key(), note=note)
    visitors.remember_guest(request, response)
    vias.remember(request, response, product=public_id)
    return response


@never_cache
@require_POST
def quote(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What another variant, quantity or country comes to."""
    product = product_of(public_id)
    till = ProductTill(product)
    if not product.is_on_sale:
        return gone(request, product)
    try:
        sheet = till.build(request, asked(request, product))
    except (BadAddress, UnknownCard) as error:
        return till.parts(request, till.page(request), note=notes.refused(error))
    except CheckoutError:
        return gone(request, product)
    if is_script(request):
        return wallets.answer(sheet.quote, can_pay=sheet.can_pay)
    if wants_part(request):
        return told_to_wait(sheet, till.parts(request, sheet, note=first_note(sheet)))
    visitors.keep_draft(request, typed(request.POST))
    key = key_of(request.POST) or new_key()
    return told_to_wait(sheet, till.show(request, sheet, key=key, note=first_note(sheet)))


@never_cache
@require_POST
def draft(request: HttpRequest, public_id: UUID) -> JsonResponse:
    """Keep what was typed for half an hour, and say what is wrong with it so far."""
    visitors.keep_draft(request, typed(request.POST))
    product = product_of(public_id)
    try:
        sheet = ProductTill(product).build(request, asked(request, product, sent=True))
    except CheckoutError:
        return JsonResponse({"errors": {}})
    return JsonResponse({"errors": sheet.errors})


def gone(request: HttpRequest, product: Product) -> HttpResponse:
    """A product that is no longer sold, said in place."""
    name = "checkout/_gone.html" if wants_part(request) else "checkout/gone.html"
    return render(request, name, {"product": product}, status=HTTPStatus.GONE)


@dataclass(frozen=True, slots=True)
class ProductTill:
    """One product, paid for in its sheet: see tills.Till."""

    product: Product

    @property
    def name(self) -> str:
        return str(self.product.public_id)

    @property
    def url(self) -> str:
        return reverse("checkout:buy", args=[self.product.public_id])

    @property
    def quote_url(self) -> str:
        return reverse("checkout:quote", args=[self.product.public_id])

    def build(self, request: HttpRequest, asked: Asked) -> Sheet:
        sheet = build(self.product, user=visitors.user_of(request), asked=asked)
        count_guess(request, asked, sheet.quote)
        problem = places.instead(sheet.problem, sheet, merchants=[sheet.merchant.pk])
        return replace(sheet, problem=problem)

    def asked(self, request: HttpRequest) -> Asked:
        return asked(request, self.product, sent=True)

    def unpaid(self, request: HttpRequest) -> Order | None:
        """Whoever buys a thing in two sheets may want two of it."""
        return None

    def lost(self, request: HttpRequest, asked: Asked) -> str:
        """The choices, the note and the button: what was typed and its total stay as they are."""
        lost = selections.lost(self.product, user=visitors.user_of(request), asked=asked)
        if lost is None:
            return ""
        context = {"sheet": lost, "product": self.product, "note": notes.sold_out(lost.choice.lost)}
        return render_to_string("checkout/_sold_out.html", context)

    def wanted(self, request: HttpRequest, press: Press) -> Wanted:
        item = presses.item_of(self.product, self.asked(request))
        via = vias.codes_of(request).get(self.product.public_id, "")
        return Wanted((replace(item, via=via),))

    def page(self, request: HttpRequest) -> Sheet:
        """With the default address and card where the sent ones are not the shopper's."""
        said = self.asked(request)
        try:
            return self.build(request, said)
        except (BadAddress, UnknownCard):
            return self.build(request, replace(said, address="", card=""))

    def changed(self, request: HttpRequest, error: TotalChanged) -> Note:
        """The price, if it did, is what people remember."""
        now = error.quote.lines[0].unit_price
        before = Money(amount_of(request.POST.get("seen_price", "")), now.currency)
        if before.amount > 0 and before != now:
            return notes.price_changed(before=before, now=now)
        return notes.total_changed(before=seen_in(request.POST, error), now=error.quote.total)

    def note_of(self, error: CheckoutError, page: Details) -> Note:
        """A loss is told with what is left of it."""
        if isinstance(page, Sheet) and (isinstance(error, SoldOut) or page.choice.lost):
            return notes.sold_out(page.choice.lost, error=error)
        if isinstance(page, Sheet) and page.choice.missing:
            return notes.choose(page.choice.missing)
        return notes.refused(error)

    def show(
        self, request: HttpRequest, page: Details, *, key: str, note: Note | None, status: int = 200
    ) -> HttpResponse:
        """The whole sheet: a dialog for HTMX, else a page."""
        name = "checkout/_sheet.html" if wants_part(request) else "checkout/buy.html"
        context = {
            **self._context(page, note=note),
            "key": key,
            "member": visitors.member_mark(request),
            "stripe": stripe_settings(),
        }
        return render(request, name, context, status=status)

    def parts(self, request: HttpRequest, page: Details, *, note: Note | None) -> HttpResponse:
        return render(request, "checkout/_parts.html", self._context(page, note=note))

    def gone(self, request: HttpRequest) -> HttpResponse:
        return gone(request, self.product)

    def gone_note(self, request: HttpRequest) -> str:
        context = {"product": self.product}
        return render_to_string("checkout/_gone_note.html", context, request=request)

    def _context(self, page: Details, *, note: Note | None) -> dict[str, Any]:
        return {"sheet": page, "product": self.product, "till": self, "note": note}


def first_note(sheet: Sheet) -> Note | None:
    """What the shopper has to know of the sheet as it stands."""
    if sheet.asked.code_waits:
        return notes.refused(TooOften(sheet.asked.code_waits))
    if sheet.choice.lost and sheet.asked.picks is not None:
        return notes.sold_out(sheet.choice.lost)
    if sheet.problem is not None:
        return notes.problem(sheet.problem)
    return None
