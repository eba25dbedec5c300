"""Why goods are not taken back, in words for the person who asked; nothing was changed then."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from checkout.refund_errors import NotRefundable


class ReturnRefused(Exception):
    """The return cannot be asked for, or taken a step further, as it was said."""


class NothingToReturn(ReturnRefused):
    def __str__(self) -> str:
        return _("Choose what you send back: at least one piece.")


class NotReturnable(ReturnRefused):
    """It is none of the part's lines, was never sent, or its time is over."""

    def __str__(self) -> str:
        return _("This can no longer be sent back. Look at what is left, and write to the shop.")


class TooManyReturned(ReturnRefused):
    """`left`: pieces of the line that may still be sent back."""

    def __init__(self, title: str, left: int) -> None:
        super().__init__(title, left)
        self.title, self.left = title, left

    def __str__(self) -> str:
        said = ngettext(
            "Of “%(title)s” only %(left)d piece can be sent back.",
            "Of “%(title)s” only %(left)d pieces can be sent back.",
            self.left,
        )
        return said % {"title": self.title, "left": self.left}


class ReasonOver(ReturnRefused):
    """The time for the reason is over."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.title = title

    def __str__(self) -> str:
        return _("“%(title)s”: the time to send it back for this reason is over.") % {
            "title": self.title
        }


class NoAddress(ReturnRefused):
    def __str__(self) -> str:
        return _(
            "Shoppers must know where to send it: write the address for returns in your rules first."
        )


class NoAnswer(ReturnRefused):
    def __str__(self) -> str:
        return _("Say why: the shopper reads it.")


class NothingReceived(ReturnRefused):
    def __str__(self) -> str:
        return _("Count what came: at least one piece. If nothing came, wait for it.")


class StillRefundable(ReturnRefused):
    def __str__(self) -> str:
        return _("Something of it was not given back yet: press Refund.")


class NotReceived(NotRefundable):
    code = "not_received"
    text = gettext_lazy("This return is not waiting for a refund. Look again.")


class StillToSend(NotRefundable):
    """A refund takes pieces that were not sent first: it would be the wrong ones."""

    code = "still_to_send"

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.title = title

    @property
    def message(self) -> str:
        text = _(
            "“%(title)s”: some pieces of it are still to be sent. Send or refund those first; a "
            "refund takes the pieces that were not sent before those that came back."
        )
        return text % {"title": self.title}
