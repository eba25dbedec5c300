"""Which places are offered to a buyer whom a platform names: those that may be told to it."""

from __future__ import annotations

from django.conf import settings

from accounts.models import Address, User
from checkout import presses, sessions
from checkout.session_wants import Destination
from checkout.sessions import Caller


def of(caller: Caller, email: str) -> list[Destination]:
    """Of a person for whom the platform acts, their own and those to which it had parcels sent for them
    before. Of a guest none: whoever types an e-mail address has not shown that it is theirs. In
    development those of the platform's earlier sessions with it, and of whoever has an account with it.
    """
    if caller.shopper is None and not settings.UCP_OPEN:
        return []
    found = _accounts(caller.shopper) if caller.shopper else []
    if settings.UCP_OPEN and email:
        known = User.objects.filter(email__iexact=email).first()
        found += _accounts(known) if known else []
    found += [
        each for each in sessions.destinations_of(caller, email) if each.address.line1.strip()
    ]
    return list({each.key: each for each in reversed(found)}.values())[::-1]


def _accounts(user: User) -> list[Destination]:
    mine: list[Address] = list(user.addresses.order_by("-is_default", "id")[:10])
    return [Destination(str(each.public_id), presses.saved_address(each)) for each in mine]
