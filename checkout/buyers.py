"""Who orders, and where it goes; what a row of an order can hold of both."""

from __future__ import annotations

from dataclasses import dataclass, fields

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts import postal
from accounts.mails import NOWHERE
from accounts.models import User
from checkout.errors import BadAddress
from checkout.models import Order
from partners.models import Partner


@dataclass(frozen=True, slots=True)
class ByAgent:
    """The agent that orders for somebody, and by which consent (primary keys); without a consent they
    are a guest of the agent's."""

    agent_id: int
    consent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who orders; `principal` ("user:7", "guest:…", "key:…") is whose idempotency keys count. `partner`
    is whose guest they are, where it is one's.

    `test_shop_id` is the test space (its primary key) in which it is tried, by nobody's `user`; None
    for what is really bought. `agent` is who orders for them, where it is not they themselves.
    """

    principal: str
    user: User | None
    email: str
    locale: str
    partner: Partner | None = None
    test_shop_id: int | None = None
    agent: ByAgent | None = None

    @property
    def mailbox(self) -> str:
        """Where letters about the order go: those of a test order nowhere (RFC 2606)."""
        return self.email if self.test_shop_id is None else f"{self.email}{NOWHERE}"


@dataclass(frozen=True, slots=True)
class AddressData:
    """Where it goes; `country` is ISO 3166, two capital letters."""

    name: str
    line1: str
    line2: str
    postal_code: str
    city: str
    region: str
    country: str
    phone: str


LONGEST: dict[str, int] = {
    field.name: Order._meta.get_field(field.name).max_length or 0  # type: ignore[union-attr]
    for field in fields(AddressData)
}
# Shorter than what Django's own check of an address lets through.
LONGEST_EMAIL = Order._meta.get_field("email").max_length or 0


def check(address: AddressData, *, email: str) -> None:
    """Raises BadAddress for what a form should have refused."""
    wrong = {}
    # The form asks for more; an address that was saved before its country's rules were kept may go.
    needed = {"name", "line1", "country"} | {"city"} & postal.rules(address.country).required
    for field in fields(address):
        text = getattr(address, field.name)
        longest = LONGEST[field.name]
        if field.name in needed and not text.strip():
            wrong[field.name] = _("This is needed.")
        elif len(text) > longest:
            wrong[field.name] = _("At most %(longest)d characters.") % {"longest": longest}
        elif "\0" in text:
            wrong[field.name] = _("This holds a character that cannot be written.")
    if not wrong.get("country") and not (address.country.isascii() and address.country.isupper()):
        wrong["country"] = _("Choose a country.")
    try:
        validate_email(email)
    except ValidationError:
        wrong["email"] = _("Enter an e-mail address.")
    if len(email) > LONGEST_EMAIL:
        wrong["email"] = _("At most %(longest)d characters.") % {"longest": LONGEST_EMAIL}
    if wrong:
        raise BadAddress(wrong)
