"""Carts: a shopper's own, which our pages show as well, or one for each guest of a partner's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import carts, named_carts
from checkout.api import cart_shapes, examples
from checkout.api.buying import BuyingEndpoint
from checkout.api.cart_shapes import CartChange, CartShown, LineChange, NewCart
from checkout.api.shapes import Wanted
from checkout.errors import NotInCart
from checkout.models import Cart
from partners import preconditions


class CartEndpoint(BuyingEndpoint):
    """An endpoint that answers with the cart as it is then; its ETag is the one for If-Match."""

    shape = CartShown

    def answer(self, cart: Cart, *, status: int = 200) -> Response:
        location = reverse("api_checkout:cart", args=[cart.public_id]) if status == 201 else ""
        return self.one(cart_shapes.shown(cart), status=status, location=location)

    def locked(self, cart: Cart) -> dict[str, Any]:
        """The cart as it is shown, locked until the transaction ends."""
        return cart_shapes.shown(Cart.objects.select_for_update(no_key=True).get(pk=cart.pk))


class Carts(CartEndpoint):
    scopes = {"POST": "carts:write"}

    @extend_schema(
        operation_id="carts_create",
        summary="Open a cart",
        description="For a shopper, their one cart, which the site's pages show as well: 200 where it is"
        " open already. For a partner, a new cart for one guest each time; keep its id, for there is no"
        " list, and nobody but you can find it. Carts of guests are deleted after 90 days.",
        request=NewCart,
        responses={200: CartShown, 201: CartShown},
        examples=[examples.NEW_CART, examples.CART],
    )
    def post(self, request: Request) -> Response:
        said = self.read(NewCart)
        if self.caller.shopper:
            cart, is_new = named_carts.open_persons(self.caller.shopper)
        else:
            assert self.caller.partner is not None  # noqa: S101 - check_caller saw to it
            cart, is_new = named_carts.open_partners(self.caller.partner), True
        if "country" in said:
            named_carts.send_to(cart, country=said["country"])
        return self.answer(cart, status=201 if is_new else 200)


class CartById(CartEndpoint):
    scopes = {"GET": "carts:read", "PATCH": "carts:write"}
    conditional = True

    @extend_schema(
        operation_id="carts_read",
        summary="Read a cart",
        description="Its lines with what became of each, and what they come to. Nothing is promised by it.",
        responses={200: CartShown},
        examples=[examples.CART],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return self.answer(self.cart_of(public_id))

    @extend_schema(
        operation_id="carts_update",
        summary="Say where a cart goes",
        request=CartChange,
        responses={200: CartShown},
        examples=[examples.CART_CHANGE, examples.CART],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        said, cart = self.read(CartChange), self.cart_of(public_id)
        with preconditions.unchanged(request, lambda: self.locked(cart)):
            named_carts.send_to(cart, country=said["country"])
        return self.answer(cart)


class CartLines(CartEndpoint):
    scopes = {"POST": "carts:write"}

    @extend_schema(
        operation_id="cart_lines_create",
        summary="Put something into a cart",
        description="What is in it already becomes more; what was saved for later comes back with it.",
        request=Wanted,
        responses={200: CartShown},
        examples=[examples.NEW_LINE, examples.CART],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        said, cart = self.read(Wanted), self.cart_of(public_id)
        carts.add(
            named_carts.owner_of(cart),
            said["variant_id"],
            quantity=said["quantity"],
            post=said.get("post_id"),
        )
        return self.answer(cart)


class CartLineById(CartEndpoint):
    scopes = {"PATCH": "carts:write", "DELETE": "carts:write"}
    conditional = True

    @extend_schema(
        operation_id="cart_lines_update",
        summary="Change a line of a cart",
        description="Another quantity, or `saved` for later, or not any more. If-Match takes the cart's"
        " ETag.",
        request=LineChange,
        responses={200: CartShown},
        examples=[examples.LINE_CHANGE, examples.CART],
    )
    def patch(self, request: Request, public_id: UUID, variant_id: UUID) -> Response:
        said, cart = self.read(LineChange), self.cart_of(public_id)
        owner = named_carts.owner_of(cart)
        with preconditions.unchanged(request, lambda: self.locked(cart)):
            if "quantity" in said:
                carts.change(owner, variant_id, quantity=said["quantity"])
            elif said["saved"]:
                carts.save_for_later(owner, variant_id)
            else:
                carts.move_to_cart(owner, variant_id)
        return self.answer(cart)

    @extend_schema(
        operation_id="cart_lines_delete",
        summary="Take a line out of a cart",
        description="Also one that was saved for later. If-Match takes the cart's ETag.",
        responses={200: CartShown},
        examples=[examples.CART],
    )
    def delete(self, request: Request, public_id: UUID, variant_id: UUID) -> Response:
        cart = self.cart_of(public_id)
        with preconditions.unchanged(request, lambda: self.locked(cart)):
            if carts.remove(named_carts.owner_of(cart), variant_id) is None:
                raise NotInCart
        return self.answer(cart)
