"""The cart: its page, the small one beside the feed, and every change to it.

Each change is a form that works alone, and for HTMX answers with the part of the page that it
changed. The number of pieces goes to the browser in a small cookie that its script may read, so
that pages which are the same for everybody can show it.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.csrf import csrf_failure
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from catalogue.models import Product
from checkout import baskets, carts, notes, visitors
from checkout.baskets import Basket
from checkout.cart_owners import Owner
from checkout.carts import Added, Removed
from checkout.errors import BadQuantity, CheckoutError, NotInCart, UnknownProduct
from checkout.offers import Claim
from checkout.views.requests import amount_of, int_of, uuid_of
from checkout.visitors import owner_of
from shopping import countries
from shopping.htmx import wants_part
from shopping.own_forms import is_own_form
from shopping.preferences import country_of
from shopping.templatetags.money import language

CART_COOKIE = "cart"


@never_cache
@require_GET
def cart(request: HttpRequest) -> HttpResponse:
    """What is in the cart, by shop, and what it comes to."""
    return _show(request, owner_of(request))


@never_cache
@require_GET
def mini(request: HttpRequest) -> HttpResponse:
    """The small cart beside the feed."""
    owner = owner_of(request)
    basket = _basket(request, owner)
    response = render(request, "checkout/_mini_cart.html", {"basket": basket})
    return counted(request, response, basket.pieces)


@never_cache
@csrf_exempt
@require_POST
def add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add a product, in the form `?variant=` if it comes in several, as `?post=` showed it.

    A signed-out page is one copy for everybody and holds no token, so a guest's form is known by
    where it comes from. What to add stands in the address: a page's buttons share one form.
    """
    if visitors.user_of(request):
        return _add_with_token(request, public_id)
    if not is_own_form(request):
        return csrf_failure(request, "foreign form")
    return _add(request, public_id)


def _add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    owner = owner_of(request) or Owner(guest=visitors.new_guest())
    variant = uuid_of(request.GET.get("variant", "")) if "variant" in request.GET else None
    if "variant" not in request.GET:
        variant = baskets.only_variant(public_id)
        product = None if variant else Product.objects.on_sale().filter(public_id=public_id).first()
        if product:
            return _choose(request, product)
    try:
        if variant is None:
            raise UnknownProduct
        quantity = int_of(request.GET.get("quantity", "1"))
        post = uuid_of(request.GET.get("post", ""))
        added = carts.add(owner, variant, quantity=quantity, post=post)
    except CheckoutError as error:
        return _refused(request, owner_of(request), error)
    response = _said(request, owner, {"added": added, "variant": variant})
    visitors.remember_guest(request, response, name=owner.guest)
    return response


_add_with_token = csrf_protect(_add)


@never_cache
@require_POST
def undo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take an addition back, as the note of it says."""
    owner = owner_of(request)
    added = Added(int_of(request.POST.get("quantity", "")), "saved" in request.POST)
    try:
        carts.undo_add(owner, public_id, added)
    except CheckoutError as error:
        return _refused(request, owner, error)
    return _said(request, owner, {"undone": True})


@never_cache
@require_POST
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Another quantity; 0 removes the line."""
    owner = owner_of(request)
    quantity = request.POST.get("quantity", "")
    try:
        wanted = 0 if quantity == "0" else int_of(quantity) or -1
        carts.change(owner, public_id, quantity=wanted, price=_price(request))
    except CheckoutError as error:
        return _refused(request, owner, error)
    return _changed(request, owner)


@never_cache
@require_POST
def save(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Save a line for later, or move it back to the cart."""
    owner = owner_of(request)
    verb = carts.move_to_cart if "back" in request.POST else carts.save_for_later
    try:
        verb(owner, public_id, price=_price(request))
    except CheckoutError as error:
        return _refused(request, owner, error)
    return _changed(request, owner)


@never_cache
@require_POST
def remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a line out; HTMX is given the way back."""
    owner = owner_of(request)
    return _changed(request, owner, removed=carts.remove(owner, public_id))


@never_cache
@require_POST
def put_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Undo of a removal."""
    owner = owner_of(request)
    line = Removed(
        variant=public_id,
        title="",
        quantity=int_of(request.POST.get("quantity", "")),
        price=_price(request) or 0,
        saved="saved" in request.POST,
        post=uuid_of(request.POST.get("post", "")),
    )
    try:
        if not owner:
            raise NotInCart
        carts.put_back(owner, line)
    except CheckoutError as error:
        return _refused(request, owner, error)
    return _changed(request, owner)


def _basket(request: HttpRequest, owner: Owner) -> Basket:
    user = visitors.user_of(request)
    claim = Claim("", visitors.principal_of(request), (user.email if user else None) or "")
    return baskets.build(owner, country=country_of(request), claim=claim)


def _price(request: HttpRequest) -> int | None:
    """The price that the page showed beside what was pressed, minor units."""
    price = amount_of(request.POST.get("price", ""))
    return price if price > 0 else None


def _show(request: HttpRequest, owner: Owner, *, status: int = 200, **context: Any) -> HttpResponse:
    """The page, or for HTMX what stands between its header and its foot."""
    basket = _basket(request, owner)
    context |= {"basket": basket, "places": _places(basket), "place": "cart"}
    name = "checkout/_cart_parts.html" if wants_part(request) else "checkout/cart.html"
    response = render(request, name, context, status=status)
    return counted(request, response, basket.pieces)


def _places(basket: Basket) -> list[tuple[str, str]]:
    """Where the shops in the cart deliver to, and where the visitor is: code and name."""
    shown_in = language()
    codes = {*basket.served, basket.country}
    found = [(code, countries.name(code, language=shown_in)) for code in codes]
    return sorted(found, key=lambda each: each[1])


def _changed(request: HttpRequest, owner: Owner, *, removed: Removed | None = None) -> HttpResponse:
    """After a change on the page: the page again."""
    if wants_part(request):
        return _show(request, owner, removed=removed)
    return counted(request, redirect("checkout:cart"), baskets.pieces(owner))


def _said(request: HttpRequest, owner: Owner, context: dict[str, Any]) -> HttpResponse:
    """After a change from another page: a note of it, or without a script the cart."""
    if wants_part(request):
        response = render(request, "checkout/_cart_toast.html", context)
    else:
        response = redirect("checkout:cart")
    return counted(request, response, baskets.pieces(owner))


def _refused(request: HttpRequest, owner: Owner, error: CheckoutError) -> HttpResponse:
    """Nothing has changed: say why, on the page where it was asked for."""
    status = HTTPStatus.CONFLICT
    if isinstance(error, NotInCart | UnknownProduct):
        status = HTTPStatus.NOT_FOUND
    elif isinstance(error, BadQuantity):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    if wants_part(request) and request.headers.get("HX-Target") != "cart":
        return render(request, "checkout/_cart_toast.html", {"refused": error}, status=status)
    return _show(request, owner, status=status, note=notes.refused(error))


def _choose(request: HttpRequest, product: Product) -> HttpResponse:
    """Nobody may guess a size: the product's own page asks."""
    address = reverse("catalogue:product", args=[product.public_id, product.slug])
    post = uuid_of(request.GET.get("post", ""))
    address += f"?post={post}#buybox" if post else "#buybox"
    if wants_part(request):
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": address})
    return redirect(address)


def counted(request: HttpRequest, response: HttpResponse, pieces: int) -> HttpResponse:
    """Tell the browser how many pieces are in the cart: "g3" for a guest, "m3" for a member.

    The letter keeps a member's number off the pages of whoever uses the browser after them.
    """
    user = visitors.user_of(request)
    value = f"{'m' if user else 'g'}{pieces}"
    before = request.COOKIES.get(CART_COOKIE, "")
    if value != before and (user or pieces or before):
        response.set_cookie(
            CART_COOKIE,
            value,
            max_age=visitors.GUEST_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response
