"""What a shop writes about a part of an order: notes for itself, messages to the shopper."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mails import enqueue_all
from accounts.models import User
from checkout.models import Order
from fulfilment import letters
from fulfilment.models import FulfilmentOrder, InternalNote, ShopMessage
from fulfilment.models.talk import LONGEST
from fulfilment.parts import part_of
from shopping import rows

# A shopper is not to be flooded by a shop.
MOST_MESSAGES, WITHIN = 5, timedelta(hours=1)

Written = TypeVar("Written", InternalNote, ShopMessage)


def note(part: FulfilmentOrder, *, text: str, author: User, key: UUID) -> InternalNote:
    """Write an internal note; of any number of calls with one `key` the first counts.

    Locks the order. Raises ValidationError for nothing, or more than LONGEST characters.
    """
    with transaction.atomic():
        rows.lock(Order, part.order_id)
        return _once(InternalNote(part=part, text=tidy(text), author=author, key=key))


def message(part: FulfilmentOrder, *, text: str, author: User, key: UUID) -> ShopMessage:
    """Write to the shopper: a row and a mail in one transaction, once a `key`.

    The mail goes out in the shop's name from our address, and answers go to the shop's. Locks the
    order, so that of several at once no more than MOST_MESSAGES get through. Raises ValidationError as
    `note`, and after MOST_MESSAGES in an hour.
    """
    said = tidy(text)
    with transaction.atomic():
        rows.lock(Order, part.order_id)
        before = ShopMessage.objects.filter(key=key).first()
        lately = ShopMessage.objects.filter(part=part, created_at__gt=timezone.now() - WITHIN)
        if before is None and lately.count() >= MOST_MESSAGES:
            raise ValidationError(
                _("You have written %(most)s messages in an hour. Write again later.")
                % {"most": MOST_MESSAGES}
            )
        written = _once(ShopMessage(part=part, text=said, author=author, key=key))
        # A mail of the same message is there once, however often this is called.
        enqueue_all([letters.message(part_of(part), written)])
    return written


def tidy(text: str) -> str:
    """Plain text: no characters that are not seen, but for the ends of its lines.

    Raises ValidationError.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    said = "\n".join("".join(c for c in line if c.isprintable()).rstrip() for line in lines).strip()
    if not said:
        raise ValidationError(_("Write something."))
    if len(said) > LONGEST:
        raise ValidationError(
            _("It is %(length)s characters long; %(most)s are the most.")
            % {"length": len(said), "most": LONGEST}
        )
    return said


def _once(new: Written) -> Written:
    """`new`, written now, or what was written under its key before.

    Raises ValidationError where the key is another part's.
    """
    model = type(new)
    before = model.objects.filter(key=new.key).first()
    if before is None:
        new.save()
        return new
    if before.part_id != new.part_id:
        raise ValidationError(_("Reload the page, and write it once more."))
    return before
