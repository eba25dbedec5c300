"""What a checkout session comes to now, by the same quote as everywhere: which lines can be had, which
ways of delivery there are, which codes count, and what keeps it from being completed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from uuid import UUID

from catalogue import rates
from catalogue.models import ShippingRate
from catalogue.zones import Place
from checkout import limits, session_goods, sessions, tax_calculations
from checkout.codes import CodeRefused
from checkout.details import NEW, Asked
from checkout.errors import CheckoutError, EmptyOrder, NotDelivered
from checkout.limits import CODES, TooOften, Visitor
from checkout.models import CheckoutSession
from checkout.offers import Claim
from checkout.quotes import Item, Quote, quote
from checkout.session_errors import Unavailable
from checkout.session_goods import Goods
from checkout.session_wants import EMPTY_ADDRESS, Wanted, WantedLine
from checkout.tax_errors import TaxError


@dataclass(frozen=True, slots=True)
class Priced:
    """`lines` are those that can be had at all, `choices` the ways of delivery by shop (primary key).
    Without a quote, `problem` says why."""

    wanted: Wanted
    goods: Mapping[UUID, Goods]
    lines: tuple[WantedLine, ...]
    choices: Mapping[int, list[ShippingRate]]
    claim: Claim
    quote: Quote | None
    problem: CheckoutError | None
    refused: tuple[CodeRefused, ...] = field(default=())

    @property
    def items(self) -> tuple[Item, ...]:
        return items_of(self.lines)

    @property
    def codes(self) -> list[str]:
        """The codes that count."""
        refused = {each.words["code"] for each in self.refused}
        return [code for code in self.claim.codes if code not in refused]

    def needed(self) -> Quote:
        """The quote, of all that is wanted. Raises why there is none."""
        for line in self.wanted.lines:
            if line.variant not in self.goods:
                raise Unavailable(line.key)
        if self.quote is None:
            raise self.problem or EmptyOrder
        return self.quote

    def otherwise(self, wished: Sequence[UUID]) -> Quote | None:
        """The quote with other ways of delivery, without the tax where Stripe would have to be asked."""
        place = place_of(self.wanted)
        try:
            return _quote(self.items, place=place, claim=replace(self.claim, rates=tuple(wished)))
        except TaxError as problem:
            return problem.before
        except CheckoutError:
            return None


def price(session: CheckoutSession) -> Priced:
    """What it comes to: four statements; where Stripe taxes, one call for what it was not asked yet.

    Nothing is promised by it. Codes are looked up as often as their caller may guess.
    """
    wanted = sessions.wanted_of(session)
    goods = session_goods.find(line.variant for line in wanted.lines)
    lines = tuple(line for line in wanted.lines if line.variant in goods)
    place = place_of(wanted)
    parcels = session_goods.parcels(lines, goods) if place.country else []
    choices = rates.choices(_zone(place), parcels) if parcels else {}
    shops = {each.merchant_pk: each.merchant for each in goods.values()}
    wished = tuple(
        rate.public_id
        for merchant, some in choices.items()
        for rate in some
        if {option_id(rate), named(shops[merchant], option_id(rate))} & set(wanted.rates)
    )
    claim = replace(_claim(session, wanted), rates=wished)
    quoted, problem = _priced(session, items_of(lines), place=place, claim=claim)
    refused = quoted.cut.refusals if quoted else ()
    for each in refused:
        if each.reason == "unknown":
            limits.count_code(each.words["code"], visitor_of(session))
    return Priced(wanted, goods, lines, choices, claim, quoted, problem, refused)


def items_of(lines: Sequence[WantedLine]) -> tuple[Item, ...]:
    """What a quote is asked for."""
    return tuple(Item(line.variant, line.quantity, line.post) for line in lines)


def option_id(rate: ShippingRate) -> str:
    """By what callers know a way of delivery: as other systems call it, or by its public id."""
    return rate.external_id or str(rate.public_id)


def named(shop: object, option: str) -> str:
    """A way of delivery of one shop's parcel (public id), where several have some of the same id."""
    return f"{shop}:{option}"


def visitor_of(session: CheckoutSession) -> Visitor:
    """Who is counted: its buyer, and instead of an address its caller, who has one for all buyers."""
    return Visitor(sessions.owner_of(session).principal, f"session:{session.principal}")


def asked(session: CheckoutSession) -> Asked:
    """What its caller has said of the buyer, as the pages have it."""
    wanted = sessions.wanted_of(session)
    place = wanted.chosen.address if wanted.chosen else EMPTY_ADDRESS
    fields = {
        **asdict(place),
        "name": place.name or wanted.contact.name,
        "phone": place.phone or wanted.contact.phone,
        "email": wanted.contact.email,
        "note": wanted.note,
    }
    return Asked(
        address=NEW,
        card=NEW,
        fields=fields,
        sent=True,
        language=wanted.language,
        principal=sessions.owner_of(session).principal,
        visitor=visitor_of(session),
    )


def place_of(wanted: Wanted) -> Place:
    """Where to, as it was written: nowhere, as long as no country was said."""
    address = wanted.chosen.address if wanted.chosen else EMPTY_ADDRESS
    return Place(address.country, address.region, address.postal_code)


def _zone(place: Place) -> Place:
    """`place` as rates name it."""
    return Place.of(place.country, region=place.region, postcode=place.postcode)


def _claim(session: CheckoutSession, wanted: Wanted) -> Claim:
    codes = list(wanted.tidied_codes)
    try:
        if codes:
            limits.check(CODES, visitor_of(session))
    except TooOften:
        codes = []
    return Claim(
        codes[0] if codes else "",
        sessions.owner_of(session).principal,
        wanted.contact.email.replace("\x00", ""),
        more=tuple(codes[1:]),
    )


def _priced(
    session: CheckoutSession,
    items: Sequence[Item],
    *,
    place: Place,
    claim: Claim,
) -> tuple[Quote | None, CheckoutError | None]:
    """The quote, and what is wrong with it: of what is not delivered, the goods alone are priced."""
    if not items:
        return None, EmptyOrder()
    ask = partial(_quote, items, claim=claim)
    try:
        asking = partial(ask, place=place)
        return tax_calculations.once_more(asking, visitor=visitor_of(session)), None
    except TaxError as problem:
        return problem.before, problem
    except NotDelivered as problem:
        return ask(place=Place("")), problem
    except CheckoutError as problem:
        return None, problem


def _quote(items: Sequence[Item], *, place: Place, claim: Claim) -> Quote:
    """The price there, or of the goods alone where nobody has said where to."""
    return quote(
        items,
        country=place.country or None,
        region=place.region,
        postcode=place.postcode,
        claim=claim,
    )
