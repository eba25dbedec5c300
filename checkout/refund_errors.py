"""Why money does not go back, in words for the person who asked."""

from __future__ import annotations

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from checkout.errors import CheckoutError
from shopping.money import Money


class NotRefundable(CheckoutError):
    """More was asked back than was paid and not yet given back."""

    code = "not_refundable"
    text = _("No more can be refunded than was paid.")


class NothingChosen(NotRefundable):
    code = "nothing_chosen"
    text = _("Choose what to give back: nothing is left of what is chosen here.")


class TooManyPieces(NotRefundable):
    """`left`: pieces of the line that were bought and not given back."""

    code = "too_many_pieces"

    def __init__(self, title: str, left: int) -> None:
        super().__init__(title, left)
        self.title = title
        self.left = left

    @property
    def message(self) -> str:
        text = ngettext(
            "%(title)s: at most %(left)d piece can be refunded.",
            "%(title)s: at most %(left)d pieces can be refunded.",
            self.left,
        )
        return text % {"title": self.title, "left": self.left}


class TooMuch(NotRefundable):
    """`left`: what could go back at the most."""

    code = "too_much"

    def __init__(self, left: Money) -> None:
        super().__init__(left)
        self.left = left

    @property
    def message(self) -> str:
        text = _("At most %(amount)s is left to give back.")
        return str(text % {"amount": self.left.format(get_language() or "en")})


class RefundChanged(NotRefundable):
    """What was asked for comes to another amount than was shown; nothing was given back."""

    code = "refund_changed"
    text = _("Something was refunded meanwhile. Look at the new amount before you confirm it.")


class ShopOwes(NotRefundable):
    """What the shop was sent of refunded orders cannot be taken back from it: we would pay."""

    code = "shop_owes"
    text = _(
        "The shop’s balance at Stripe does not cover what was refunded before. Top it up there, or "
        "ask us; then refund this."
    )


class Disputed(NotRefundable):
    code = "disputed"
    text = _(
        "The shopper’s bank has taken this payment back, or may do so: a refund would pay them "
        "twice. Answer the dispute instead; you can refund once it is won."
    )
