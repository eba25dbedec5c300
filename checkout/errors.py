"""What may keep an order from being placed or paid, in words for the person who tried."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from checkout.quotes import Quote


class CheckoutError(Exception):
    """Nothing was charged and nothing was kept; `code` is for machines, `message` for people."""

    code: ClassVar[str] = "checkout_error"
    text: ClassVar[str | Promise] = _("This order cannot be placed.")

    @property
    def message(self) -> str:
        """A whole sentence in the active language."""
        return str(self.text)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class QuoteError(CheckoutError):
    """There is no price for what was asked."""

    code = "no_quote"


class EmptyOrder(QuoteError):
    code = "empty_order"
    text = _("There is nothing to buy here.")


class UnknownProduct(QuoteError):
    """Not there, or not on sale: a stranger is not told which."""

    code = "unknown_product"
    text = _("This product is not on sale.")


class ShopPaused(UnknownProduct):
    """Its shop is open, yet sells nothing: it could not be paid."""

    code = "shop_paused"

    def __init__(self, merchant: str) -> None:
        super().__init__(merchant)
        self.merchant = merchant

    @property
    def message(self) -> str:
        text = _("%(merchant)s takes no orders at the moment. Nothing was charged.")
        return str(text) % {"merchant": self.merchant}


class BadQuantity(QuoteError):
    code = "bad_quantity"
    text = _("Choose a quantity from 1 to 99.")


class TooManyLines(QuoteError):
    """More different things than one order holds; `most` are the most."""

    code = "too_many_lines"

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    @property
    def message(self) -> str:
        text = _("One order holds %(most)d different products. Order the others after it.")
        return str(text) % {"most": self.most}


class MixedCurrencies(QuoteError):
    code = "mixed_currencies"
    text = _("These products are sold in different currencies; order them one after the other.")


class NotDelivered(QuoteError):
    code = "not_delivered"

    def __init__(self, merchant: str, country: str) -> None:
        super().__init__(merchant, country)
        self.merchant = merchant
        self.country = country

    @property
    def message(self) -> str:
        text = _("%(merchant)s does not deliver to this country.") % {"merchant": self.merchant}
        return str(text)


class ParcelNotDelivered(NotDelivered):
    """The zone is served, but not with a parcel of `grams` or goods of this value."""

    def __init__(self, merchant: str, country: str, *, grams: int) -> None:
        super().__init__(merchant, country)
        self.grams = grams

    @property
    def message(self) -> str:
        if not self.grams:
            text = _("%(merchant)s does not deliver an order of this value to this address.")
            return str(text) % {"merchant": self.merchant}
        text = _(
            "%(merchant)s does not deliver a parcel of this weight (%(kilograms)s kg) to this"
            " address. Order fewer pieces, or ask the shop."
        )
        kilograms = format_decimal(
            Decimal(self.grams) / 1000, locale=(get_language() or "en").split("-")[0]
        )
        return str(text) % {"merchant": self.merchant, "kilograms": kilograms}


class NothingToPay(QuoteError):
    code = "nothing_to_pay"
    text = _("This order comes to nothing, and cannot be paid.")


class CartError(CheckoutError):
    """A cart stays as it was."""

    code = "cart_error"


class NotInCart(CartError):
    code = "not_in_cart"
    text = _("This is no longer in your cart.")


class CartIsFull(CartError):
    """`most` lines are the most that fit."""

    code = "cart_full"

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    @property
    def message(self) -> str:
        text = _("Your cart is full: %(most)d different products fit. Remove one to add another.")
        return str(text) % {"most": self.most}


class FewerLeft(CartError):
    """More are wanted than are left: `left` pieces, in the cart or to be added."""

    code = "fewer_left"

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left

    @property
    def message(self) -> str:
        if not self.left:
            return str(_("This has just sold out."))
        return ngettext("Only %(left)d is left.", "Only %(left)d are left.", self.left) % {
            "left": self.left
        }


class CartChanged(CartError):
    """The cart is not what the page showed; `title` names what can no longer be had, if any."""

    code = "cart_changed"

    def __init__(self, title: str = "") -> None:
        super().__init__(title)
        self.title = title

    @property
    def message(self) -> str:
        if self.title:
            text = _("%(title)s can no longer be had, and is left out. Nothing was charged.")
            return str(text) % {"title": self.title}
        text = _(
            "Your cart has changed. Look at the new total before you pay; nothing was charged."
        )
        return str(text)


class BadAddress(CheckoutError):
    """`fields` says, for each field of the address that is wrong, what is wrong with it."""

    code = "bad_address"
    text = _("Check the address.")

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(dict(fields))
        self.fields = dict(fields)


class KeyReused(CheckoutError):
    code = "idempotency_key_reused"
    text = _("This form was already sent with other contents. Reload it and try again.")


class BadKey(CheckoutError):
    code = "bad_idempotency_key"
    text = _("This form is out of date. Reload it and try again; nothing was charged.")


class TotalChanged(CheckoutError):
    """The price is no longer the one that was seen; `quote` has the new figures."""

    code = "total_changed"
    text = _("The total has changed. Look at the new one before you pay; nothing was charged.")

    def __init__(self, quote: Quote) -> None:
        super().__init__(quote.total)
        self.quote = quote


class SoldOut(CheckoutError):
    """`shortages`: id of a variant (its primary key) → how many are left."""

    code = "sold_out"

    def __init__(self, shortages: Mapping[int, int]) -> None:
        super().__init__(dict(shortages))
        self.shortages = dict(shortages)

    @property
    def message(self) -> str:
        left = min(self.shortages.values(), default=0)
        if not left:
            return str(_("This has just sold out. Nothing was charged."))
        text = ngettext(
            "Only %(left)d is left. Nothing was charged.",
            "Only %(left)d are left. Nothing was charged.",
            left,
        )
        return text % {"left": left}


class PersonLimit(CheckoutError):
    """More of a drop's `title` than one person may have, who has `held` pieces of it already."""

    code = "person_limit"

    def __init__(self, title: str, *, most: int, held: int = 0) -> None:
        super().__init__(title, most, held)
        self.title = title
        self.most = most
        self.held = held

    @property
    def message(self) -> str:
        if self.held:
            text = ngettext(
                "%(title)s: at most %(most)d piece for one person, and an order with this account, "
                "e-mail or delivery address has it already. Nothing was charged.",
                "%(title)s: at most %(most)d pieces for one person, over all orders with this "
                "account, e-mail or delivery address. Nothing was charged.",
                self.most,
            )
        else:
            text = ngettext(
                "%(title)s: at most %(most)d piece for one person. Nothing was charged.",
                "%(title)s: at most %(most)d pieces for one person. Nothing was charged.",
                self.most,
            )
        return text % {"title": self.title, "most": self.most}


class QueueFirst(CheckoutError):
    """Others wait for the drop `drop` (its public id), and it is not this shopper's turn."""

    code = "queue_first"
    text = _("People are queueing for this drop, and it is not your turn. Nothing was charged.")

    def __init__(self, drop: UUID) -> None:
        super().__init__(drop)
        self.drop = drop


class OrderClosed(CheckoutError):
    """The order can no longer be paid: it was cancelled, or its stock went back."""

    code = "order_closed"
    text = _("This order was cancelled; nothing was charged. Order again if you still want it.")


class TestModeOff(CheckoutError):
    """There are no keys of Stripe's test mode; the order stays as it is."""

    __test__ = False  # pytest collects classes by such names
    code = "test_mode_off"
    text = _(
        "Nothing can be paid in test spaces here: this site has no keys of Stripe’s test mode."
    )


class UnknownCard(CheckoutError):
    code = "unknown_card"
    text = _("This card is not one of yours.")
