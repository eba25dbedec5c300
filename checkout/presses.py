"""What a press on Pay sends, checked as far as a form can be; reads little, for it is the hot path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Address, User
from catalogue import goods
from catalogue.models import Product
from checkout import choices
from checkout.buyers import AddressData
from checkout.details import NEW, Asked
from checkout.errors import BadAddress, UnknownCard, UnknownProduct
from checkout.forms import ADDRESS_FIELDS, AddressForm, ContactForm, NoteForm
from checkout.models import SavedCard
from checkout.quotes import Item
from shopping import countries
from shopping.ids import uuid_of


@dataclass(frozen=True, slots=True)
class Press:
    """Who orders, where to and with what; `card` is None for one to be typed. `note` is for the shops."""

    email: str
    address: AddressData
    card: SavedCard | None
    note: str


def read(user: User | None, asked: Asked) -> Press:
    """What `asked` amounts to. Raises BadAddress with what is wrong with which field, UnknownCard."""
    return Press(
        _contact(user, asked), _address(user, asked), card_of(user, asked.card), _note(asked)
    )


def item_of(product: Product, asked: Asked) -> Item:
    """What is bought of `product`.

    The variant is the one that was pressed, sold out or not: a repeated press has to find its own
    order, which may hold the last piece. Raises UnknownProduct for options that do not exist.
    """
    picks: Sequence[str] = asked.picks or ()
    variants = goods.variants_of(product)
    variant = choices.exact(variants, names=product.option_names, picks=picks)
    if variant is None:
        raise UnknownProduct
    return Item(variant.public_id, asked.quantity, asked.post)


def saved_address(address: Address) -> AddressData:
    return AddressData(**{name: getattr(address, name) for name in ADDRESS_FIELDS})


def _contact(user: User | None, asked: Asked) -> str:
    if user and user.email:
        return user.email
    form = ContactForm(asked.fields, initial={})
    wrong = {} if form.is_valid() else _first_errors(form)
    if wrong and not _is_saved(asked.address):
        # All that is wrong is said at once, in the order of the page.
        typed = _address_form(asked)
        wrong |= {} if typed.is_valid() else _first_errors(typed)
    if wrong:
        raise BadAddress(wrong)
    return str(form.cleaned_data["email"])


def _address(user: User | None, asked: Asked) -> AddressData:
    if not _is_saved(asked.address):
        form = _address_form(asked)
        if not form.is_valid():
            raise BadAddress(_first_errors(form))
        return form.address
    named = uuid_of(asked.address)
    found = user.addresses.filter(public_id=named).first() if user and named else None
    if found is None:
        raise BadAddress({"address": _("This address is not one of yours.")})
    return saved_address(found)


def card_of(user: User | None, chosen: str) -> SavedCard | None:
    """The saved card of `user` that is `chosen` (a public id); None for one to be typed.

    Raises UnknownCard for one that is not theirs.
    """
    if not _is_saved(chosen):
        return None
    named = uuid_of(chosen)
    mine = SavedCard.objects.filter(customer__user=user)
    found = mine.filter(public_id=named).first() if user and named else None
    if found is None:
        raise UnknownCard
    return found


def _note(asked: Asked) -> str:
    form = NoteForm(asked.fields, initial={})
    if not form.is_valid():
        raise BadAddress(_first_errors(form))
    return str(form.cleaned_data["note"])


def _is_saved(chosen: str) -> bool:
    return chosen not in {"", NEW}


def _address_form(asked: Asked) -> AddressForm:
    # Any country there is: whether the shop delivers there is the quote's to say.
    known = countries.names(asked.language)
    return AddressForm(asked.fields, initial={}, served=known, language=asked.language)


def _first_errors(form: ContactForm | AddressForm | NoteForm) -> dict[str, str]:
    return {name: str(messages[0]) for name, messages in form.errors.items()}
