"""Who buys, where to, and with what: what the Buy-now sheet and the checkout page both ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Address, User
from checkout import cards, codes
from checkout.errors import BadAddress, UnknownCard
from checkout.forms import AddressForm, ContactForm, NoteForm
from checkout.limits import Visitor
from checkout.models import SavedCard
from checkout.offers import Claim
from shopping import countries

NEW = "new"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the shopper has said so far, as it came in: nothing here is trusted.

    `picks` is None before any chip was pressed, and `folded` as long as none was shown; `address` and
    `card` name a saved one, or are "new"; `fields` is what was typed or is remembered of it, and
    `sent` whether it came with this very request and has to be right. `fields_of` is the country
    whose fields the page showed. `visitor` is who is counted for
    what they ask of Stripe. `code_waits`: seconds until a code of theirs is looked up again, after
    too many wrong ones.
    """

    picks: Sequence[str] | None = None
    folded: bool = False
    variant: UUID | None = None
    quantity: int = 1
    post: UUID | None = None
    address: str = ""
    card: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    sent: bool = False
    country: str = ""
    language: str = "en"
    fields_of: str | None = None
    principal: str = ""
    visitor: Visitor | None = None
    code_waits: int = 0

    @property
    def code(self) -> str:
        """That of an offer, as codes are kept; "" where none was typed, or none is looked up."""
        return "" if self.code_waits else codes.tidy(self.fields.get("code", ""))

    def claim(self, user: User | None) -> Claim:
        """Who asks for the price, as far as they have said."""
        email = (user.email if user else None) or self.fields.get("email", "")
        return Claim(self.code, self.principal, email.replace("\x00", ""))


@dataclass(frozen=True, slots=True)
class Details:
    """What the shopper said, and what is known of them: the fields that have to be shown."""

    asked: Asked
    country: str  # ISO 3166, "" where nobody has said any
    account_email: str
    contact: ContactForm | None
    note_form: NoteForm
    address_form: AddressForm
    addresses: list[Address]
    address: Address | None
    cards: list[SavedCard]
    card: SavedCard | None

    @property
    def country_changed(self) -> bool:
        """Whether the page shows the fields of another country than is chosen now."""
        return _has_changed(self.asked, self.address_form)

    @property
    def known(self) -> bool:
        """Whether nothing is left to type: two taps in all."""
        return self.address is not None and self.card is not None

    @property
    def expired_card(self) -> SavedCard | None:
        """The card that would be offered, had it not expired: it has to be said why it is not."""
        first = self.cards[0] if self.cards else None
        return first if first and first.is_expired and not self.card else None

    @property
    def errors(self) -> dict[str, str]:
        """Field → what is wrong with it, for the forms that are shown."""
        found: dict[str, str] = {}
        shown = (self.contact, None if self.address else self.address_form, self.note_form)
        for form in shown:
            if form is not None and form.is_bound:
                found |= {name: str(messages[0]) for name, messages in form.errors.items()}
        return found

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Put `errors` (field → sentence) under the fields that are shown."""
        for form in (self.contact, self.address_form, self.note_form):
            for name in form.fields if form else ():
                if form and form.is_bound and name in errors and name not in form.errors:
                    form.add_error(name, errors[name])


@dataclass(frozen=True, slots=True)
class Known:
    """What is saved of a person, and which of it is meant; a guest has nothing."""

    email: str
    addresses: list[Address]
    address: Address | None
    cards: list[SavedCard]
    card: SavedCard | None

    def country(self, asked: Asked) -> str:
        """Where to: ISO 3166, as it is saved or else as it was typed; "" where nobody said."""
        if self.address is not None:
            return self.address.country
        typed = asked.fields.get("country", "").replace("\x00", "")
        return typed or asked.country

    def place(self, asked: Asked) -> dict[str, str]:
        """Region and postcode, as a quote takes them, as far as they are known."""
        if self.address is not None:
            return {"region": self.address.region, "postcode": self.address.postal_code}
        typed = {name: asked.fields.get(name, "") for name in ("region", "postal_code")}
        region, postcode = (text.replace("\x00", "")[:40] for text in typed.values())
        return {"region": region, "postcode": postcode}

    def shown(self, asked: Asked, *, country: str, served: Iterable[str]) -> dict[str, Any]:
        """The fields of Details, with an address form for the `served` countries."""
        typed = {**asked.fields, "country": country}
        form = AddressForm(
            typed if asked.sent and self.address is None else None,
            initial=typed,
            # Also a country that is not served, as long as there is one of that name.
            served={*served} | ({country} & countries.names(asked.language).keys()),
            language=asked.language,
        )
        if not form.is_bound and _has_changed(asked, form):
            form.judge_postcode()
        return {
            "asked": asked,
            "country": country,
            "account_email": self.email,
            "contact": None if self.email else _contact(asked),
            "note_form": NoteForm(asked.fields if asked.sent else None, initial=asked.fields),
            "address_form": form,
            "addresses": self.addresses,
            "address": self.address,
            "cards": self.cards,
            "card": self.card,
        }


def _has_changed(asked: Asked, form: AddressForm) -> bool:
    return asked.fields_of not in {None, form.place}


def read(user: User | None, asked: Asked) -> Known:
    """What is saved of `user` and meant by `asked`; two statements for a person, none for a guest.

    Raises BadAddress and UnknownCard for a saved thing that is not `user`'s.
    """
    addresses = list(user.addresses.order_by("-is_default", "-id")[:10]) if user else []
    saved = cards.of(user) if user else []
    return Known(
        email=(user.email if user else None) or "",
        addresses=addresses,
        address=_address(addresses, asked.address),
        cards=saved,
        card=_card(saved, asked.card),
    )


def _address(saved: Sequence[Address], chosen: str) -> Address | None:
    """The address that is meant: the chosen one, the default one, or None for one to be typed."""
    if chosen == NEW or not (saved or chosen):
        return None
    for each in saved:
        if not chosen or str(each.public_id) == chosen:
            return each
    raise BadAddress({"address": _("This address is not one of yours.")})


def _card(saved: Sequence[SavedCard], chosen: str) -> SavedCard | None:
    """The card that is meant: the chosen one, the first that can pay, or None for one to be typed."""
    if chosen in {"", NEW}:
        usable = (each for each in saved if not each.is_expired)
        return None if chosen else next(usable, None)
    for each in saved:
        if str(each.public_id) == chosen:
            return None if each.is_expired else each
    raise UnknownCard


def _contact(asked: Asked) -> ContactForm:
    return ContactForm(asked.fields if asked.sent else None, initial=asked.fields)
