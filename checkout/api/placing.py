"""Placing a purchase: what a call says, told to the verbs that the press on Pay tells the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from accounts.models import User
from checkout import (
    cart_orders,
    gateway,
    named_carts,
    orders,
    outcomes,
    payments,
    presses,
    tax_calculations,
)
from checkout.api import shapes, wanted
from checkout.api.wanted import Wanted
from checkout.buyers import Buyer, ByAgent
from checkout.cart_orders import CartIsBeingPaid
from checkout.cart_owners import Owner
from checkout.details import NEW, Asked
from checkout.errors import TestModeOff
from checkout.limits import Visitor
from checkout.models import Cart, Order, Payment, SavedCard
from checkout.presses import Press
from checkout.quotes import Item
from partners.models import Partner
from shopping.money import Money

# What Stripe's test cards begin with: https://docs.stripe.com/testing
TEST_CARD = "pm_card_"


@dataclass(frozen=True, slots=True)
class Call:
    """A call that buys: what it says, who makes it, and the `key` that its order is found again by.

    `cart` is the one that is bought from, if one is; `test_shop_id` the test space (its primary key) that
    it is tried in, if it is; `agent` the app that somebody lets buy for them.
    """

    said: dict[str, Any]
    key: str
    shopper: User | None
    partner: Partner | None
    cart: Cart | None
    test_shop_id: int | None
    agent: ByAgent | None = None

    @property
    def owner(self) -> Owner:
        """Who orders: a person, the guest whose cart it is, or a guest for this call alone."""
        if self.cart is not None:
            return named_carts.owner_of(self.cart)
        return Owner(self.shopper.pk) if self.shopper else named_carts.guest_of_call(self.key)

    def asked(self, visitor: Visitor) -> Asked:
        """What is said, as the pages have it."""
        said = self.said
        typed: dict[str, str] = {name: said.get(name, "") for name in ("email", "code", "note")}
        card = said["payment"].get("saved_card_id")
        return Asked(
            address=str(said.get("address_id", NEW)),
            card=str(card) if card else NEW,
            fields={**said.get("address", {}), **typed},
            sent=True,
            principal=self.owner.principal,
            visitor=visitor,
        )

    def press(self, asked: Asked) -> Press:
        """The same, checked. Raises BadAddress, UnknownCard."""
        return presses.read(self.shopper, asked)

    def placed(self) -> Order | None:
        """What this very call has placed before, and may have died after."""
        return orders.of_key(self.key, principals=[self.owner.principal])

    def place(self, asked: Asked, press: Press) -> Order:
        """Promise it, at the total that was seen; see orders.place for what it raises."""
        meant = self._wanted(country=press.address.country)
        ask = partial(
            orders.place,
            self._brought(meant.items),
            buyer=self._buyer(press),
            address=press.address,
            key=self.key,
            seen_total=self._seen,
            cart=meant.cart,
            code=asked.code,
            customers_note=press.note,
        )
        return tax_calculations.once_more(ask, visitor=asked.visitor)

    @property
    def _seen(self) -> Money:
        return Money(self.said["seen_total"]["amount"], self.said["seen_total"]["currency"])

    def _wanted(self, *, country: str) -> Wanted:
        if self.cart is None:
            return Wanted(shapes.items_of(self.said["lines"]))
        give_way(self.owner, currency=self._seen.currency)
        return wanted.of_cart(self.cart, country=country, currency=self._seen.currency)

    def _brought(self, items: tuple[Item, ...]) -> tuple[Item, ...]:
        """`items` as brought by the partner who calls, if it is one: what was agreed on is theirs."""
        code = self.partner.code if self.partner else ""
        return tuple(replace(item, via=code) for item in items)

    def _buyer(self, press: Press) -> Buyer:
        known = self.shopper.locale if self.shopper else "en"
        return Buyer(
            principal=self.owner.principal,
            user=self.shopper,
            email=press.email,
            locale=self.said.get("language", known),
            partner=self.partner,
            agent=self.agent,
            test_shop_id=self.test_shop_id,
        )


def give_way(owner: Owner, *, currency: str) -> None:
    """Give up what else was ordered of the same cart and not paid: the newest call is what is meant.

    Asks Stripe, so never inside a transaction. Raises CartIsBeingPaid while the bank is at it. What
    turns out to be paid has left the cart.
    """
    other = cart_orders.unpaid(owner, currency=currency)
    if other is None:
        return
    payments.cancel_unpaid(other.pk, reason="changed")
    other.refresh_from_db(fields=["status"])
    if other.status == Order.Status.AWAITING_PAYMENT:
        raise CartIsBeingPaid


def pay(
    order: Order, said: dict[str, Any], card: SavedCard | None, *, url: str
) -> payments.Outcome:
    """Pay `order` by what PayingWith has `said`; `url` is the order's page. See payments.start."""
    if order.status == Order.Status.PAID:
        return payments.Outcome("succeeded")
    payment = order.payments.latest("id")
    token = None if card else said["confirmation_token"]
    if token and order.is_test and token.startswith(TEST_CARD):
        try:
            token = _token_of(token, payment)
        except gateway.Refused:
            return outcomes.declined("invalid_number")
        except gateway.GatewayError:
            return outcomes.declined("try_again_later")
    return payments.start(
        payment.pk,
        confirmation_token=token,
        saved_card_id=card.pk if card else None,
        save_card=said["save_card"] and card is None and order.user_id is not None,
        return_url=said.get("return_url", url),
    )


def _token_of(card: str, payment: Payment) -> str:
    """The confirmation token of a test card for `payment`: the same one however often it is asked for,
    so that the same card twice is one attempt. Raises TestModeOff, gateway.GatewayError."""
    if not gateway.has_test_mode():
        raise TestModeOff
    return gateway.token_of(card, key=f"token-{payment.public_id}-{card}"[:255])
