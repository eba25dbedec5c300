"""Why there is no tax for an order yet, and so no total; nothing is sold without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from checkout.errors import CheckoutError

if TYPE_CHECKING:
    from checkout.gateway import TaxQuestion
    from checkout.quotes import Quote


class TaxError(CheckoutError):
    """`before` has the figures without the tax: to be shown as such, never to be charged."""

    def __init__(self, before: Quote) -> None:
        super().__init__(before.total)
        self.before = before

    @property
    def is_on_top(self) -> bool:
        """Whether tax would come on top of `before`."""
        return not all(line.tax_is_included for line in self.before.lines)


class NeedsTax(TaxError):
    """Nobody has asked Stripe this `question` lately: do, outside of any transaction."""

    code = "needs_tax"
    text = _(
        "The tax for this order has to be worked out anew. Press Pay again; nothing was charged."
    )

    def __init__(self, question: TaxQuestion, before: Quote) -> None:
        super().__init__(before)
        self.question = question


class TaxUnknown(TaxError):
    """Stripe did not say."""

    code = "tax_unknown"
    text = _(
        "The tax cannot be worked out just now, so nothing can be paid yet and nothing was charged."
        " Load this page again in a minute; what you typed is kept."
    )


class TaxAddressUnclear(TaxError):
    """Stripe knows no tax for this address."""

    code = "tax_address"
    text = _(
        "The tax depends on where it goes. Enter the postcode and region of the address, or check"
        " them; nothing was charged."
    )
