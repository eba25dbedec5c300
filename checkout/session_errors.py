"""Why a checkout session stays as it is, in words for whoever called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from checkout.errors import CheckoutError


class SessionError(CheckoutError):
    """Nothing of the session changed, and nothing was charged."""


class SessionClosed(SessionError):
    """It is completed, cancelled or expired, for good."""

    code = "session_closed"
    text = _("This checkout is closed, and can no longer be changed or paid.")


class SessionBusy(SessionError):
    """It is being paid, or the bank is at it: its outcome has to be waited for."""

    code = "session_busy"
    text = _("This checkout is being paid just now. Look at it again in a moment.")


class Unavailable(SessionError):
    """The line `line` (its key; as many as are wanted or none) cannot be had at all."""

    code = "item_unavailable"
    text = _("This product is not on sale.")

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


class TooManyPieces(SessionError):
    """More pieces of the line `line` are wanted than one order holds; `left` can be had."""

    code = "out_of_stock"

    def __init__(self, line: str, *, left: int) -> None:
        super().__init__(line, left)
        self.line = line
        self.left = left

    @property
    def message(self) -> str:
        return str(_("Not enough of this is in stock: %(left)d can be ordered.")) % {
            "left": self.left
        }
