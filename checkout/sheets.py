"""What the Buy-now sheet shows: one product, one shopper, one total. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Address, User
from catalogue.models import Merchant, Product, ProductImage, Variant
from checkout import cards, choices, countries
from checkout.choices import Choice
from checkout.errors import BadAddress, CheckoutError, SoldOut, UnknownCard
from checkout.forms import AddressForm, ContactForm
from checkout.models import OrderLine, SavedCard
from checkout.quotes import MOST_PIECES, Item, Quote, quote

NEW = "new"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the shopper has said so far, as it came in: nothing here is trusted.

    `picks` is None before any chip was pressed; `address` and `card` name a saved one, or are
    "new"; `fields` is what was typed or is remembered of it, and `sent` whether it came with this
    very request and has to be right.
    """

    picks: Sequence[str] | None = None
    variant: UUID | None = None
    quantity: int = 1
    post: UUID | None = None
    address: str = ""
    card: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    sent: bool = False
    country: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the templates of the sheet read."""

    asked: Asked
    product: Product
    merchant: Merchant
    choice: Choice
    picture: ProductImage | None
    quote: Quote | None
    problem: CheckoutError | None
    account_email: str
    contact: ContactForm | None
    address_form: AddressForm
    addresses: list[Address]
    address: Address | None
    cards: list[SavedCard]
    card: SavedCard | None

    @property
    def quantity(self) -> int:
        return self.asked.quantity

    @property
    def available(self) -> int:
        return choices.available(self.choice.shown)

    @property
    def sold_out(self) -> bool:
        return self.available == 0

    @property
    def can_add(self) -> bool:
        return self.quantity < min(self.available, MOST_PIECES)

    @property
    def fewer(self) -> int:
        return max(self.quantity - 1, 1)

    @property
    def more(self) -> int:
        return self.quantity + 1 if self.can_add else self.quantity

    @property
    def stepper_beside(self) -> bool:
        """Whether the stepper sits beside the first row of chips, or in a row of its own."""
        return bool(self.choice.options) and self.choice.options[0].few

    @property
    def can_pay(self) -> bool:
        return bool(self.quote) and not self.sold_out and self.choice.missing is None

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
    def is_settled(self) -> bool:
        """Whether what is bought fits in one line, with all the typing still to come."""
        return self.asked.picks is None and self.choice.variant is not None and not self.known

    @property
    def summary(self) -> str:
        """ "Coral, size 42, quantity 1"."""
        picked = [
            f"{option.name.lower()} {option.picked}" if option.is_size else str(option.picked)
            for option in self.choice.options
        ]
        return ", ".join([*picked, _("quantity %(count)d") % {"count": self.quantity}])

    @property
    def errors(self) -> dict[str, str]:
        """Field → what is wrong with it, for the forms that are shown."""
        found: dict[str, str] = {}
        for form in (self.contact, None if self.address else self.address_form):
            if form is not None and form.is_bound:
                found |= {name: str(messages[0]) for name, messages in form.errors.items()}
        return found

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Put `errors` (field → sentence) under the fields that are shown."""
        for form in (self.contact, self.address_form):
            for name in form.fields if form else ():
                if form and form.is_bound and name in errors and name not in form.errors:
                    form.add_error(name, errors[name])


def build(product: Product, *, user: User | None, asked: Asked) -> Sheet:
    """The sheet of `product` (with its merchant) for `user` or a guest.

    A constant number of statements. Raises SoldOut for a product without any variant,
    BadAddress and UnknownCard for a saved thing that is not `user`'s.
    """
    variants = list(product.variants.filter(active=True).select_related("stock"))
    if not variants:
        raise SoldOut({})
    images = [image for image in product.images.all() if image.file]
    remembered = _last_bought(product, user=user) if user else None
    choice = choices.choose(
        variants,
        names=product.option_names,
        images=images,
        picks=_picks(asked, variants=variants, remembered=remembered),
        remembered=remembered,
    )
    addresses = list(user.addresses.order_by("-is_default", "-id")[:10]) if user else []
    saved = cards.of(user) if user else []
    address = _address(addresses, asked.address)
    account_email = (user.email if user else None) or ""
    served = _served(product.merchant)
    country = _country(asked, address=address, served=served)
    quoted, problem = _quote(choice.shown, asked=asked, country=country)
    form_data = {**asked.fields, "country": country}
    return Sheet(
        asked=asked,
        product=product,
        merchant=product.merchant,
        choice=choice,
        picture=_picture(images, choice.shown),
        quote=quoted,
        problem=problem,
        account_email=account_email,
        contact=None if account_email else _contact(asked),
        address_form=AddressForm(
            form_data if asked.sent and address is None else None,
            initial=form_data,
            # Also a country that is not served, as long as there is one of that name.
            served=served | ({country} & countries.names(asked.language).keys()),
            language=asked.language,
        ),
        addresses=addresses,
        address=address,
        cards=saved,
        card=_card(saved, asked.card),
    )


def _picks(
    asked: Asked, *, variants: Sequence[Variant], remembered: Variant | None
) -> Sequence[str]:
    if asked.picks is not None:
        return asked.picks
    wanted = next((each for each in variants if each.public_id == asked.variant), remembered)
    return wanted.option_values if wanted else ()


def _last_bought(product: Product, *, user: User) -> Variant | None:
    line = (
        OrderLine.objects.filter(order__user=user, variant__product=product)
        .exclude(order__paid_at=None)
        .select_related("variant")
        .order_by("-id")
        .first()
    )
    return line.variant if line else None


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


def _served(merchant: Merchant) -> set[str]:
    rates = merchant.shipping_rates.values_list("countries", flat=True)
    return {country for countries in rates for country in countries}


def _country(asked: Asked, *, address: Address | None, served: set[str]) -> str:
    if address is not None:
        return address.country
    typed = asked.fields.get("country", "").replace("\x00", "")
    return typed or asked.country or min(served, default="")


def _quote(
    variant: Variant, *, asked: Asked, country: str
) -> tuple[Quote | None, CheckoutError | None]:
    try:
        return quote([Item(variant.public_id, asked.quantity, asked.post)], country=country), None
    except CheckoutError as problem:
        return None, problem


def _contact(asked: Asked) -> ContactForm:
    return ContactForm(asked.fields if asked.sent else None, initial=asked.fields)


def _picture(images: Sequence[ProductImage], variant: Variant) -> ProductImage | None:
    own = next((image for image in images if image.variant_id == variant.pk), None)
    return own or next(iter(images), None)
