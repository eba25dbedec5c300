"""What the caller of a checkout session wants: values that its row keeps, and that no protocol owns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from checkout import codes
from checkout.buyers import AddressData

# Each is looked up: more in one call would be guessing.
MOST_CODES = 10


@dataclass(frozen=True, slots=True)
class WantedLine:
    """Some pieces of a variant. `key` names the line in its session, `item` is what its caller calls
    the variant. `title` and `price` (minor units) are those of when it was wanted."""

    key: str
    item: str
    variant: UUID
    quantity: int
    title: str = ""
    price: int = 0
    post: UUID | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Who buys, as far as somebody has said."""

    first_name: str = ""
    last_name: str = ""
    full_name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def name(self) -> str:
        return self.full_name or f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Destination:
    """A place to send to, by its caller's name for it. Its fields may still be empty."""

    key: str
    address: AddressData


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that is wanted. `destination` is the key of the chosen one, `rates` the ids of chosen ways
    of delivery, by themselves or as session_pricing.named has them, `codes` as they were typed;
    `country` (ISO 3166) is where the buyer seems to be. `words` are the adapter's own, to be said
    again."""

    lines: tuple[WantedLine, ...]
    contact: Contact = Contact()
    destinations: tuple[Destination, ...] = ()
    destination: str = ""
    rates: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    consents: Mapping[str, bool] = field(default_factory=dict)
    country: str = ""
    language: str = "en"
    note: str = ""
    words: Mapping[str, Any] = field(default_factory=dict)

    @property
    def chosen(self) -> Destination | None:
        return next((each for each in self.destinations if each.key == self.destination), None)

    @property
    def tidied_codes(self) -> tuple[str, ...]:
        """As codes are kept, each once."""
        return tuple(filter(None, dict.fromkeys(map(codes.tidy, self.codes))))


EMPTY_ADDRESS = AddressData(
    name="", line1="", line2="", postal_code="", city="", region="", country="", phone=""
)


def kept(wanted: Wanted) -> dict[str, Any]:
    """For the row's JSON."""
    values = asdict(wanted)
    for line in values["lines"]:
        line["variant"] = str(line["variant"])
        line["post"] = str(line["post"]) if line["post"] else None
    return values


def without_buyer(values: Mapping[str, Any]) -> dict[str, Any]:
    """What `kept` gave, as nobody's: the goods alone."""
    return {**kept(Wanted(lines=())), "lines": values["lines"]}


def read(values: Mapping[str, Any]) -> Wanted:
    """What `kept` gave."""
    plain = dict(values)
    lines = tuple(_line(each) for each in plain.pop("lines"))
    destinations = tuple(
        Destination(each["key"], AddressData(**each["address"]))
        for each in plain.pop("destinations")
    )
    contact = Contact(**plain.pop("contact"))
    for name in ("rates", "codes"):
        plain[name] = tuple(plain[name])
    return Wanted(lines=lines, contact=contact, destinations=destinations, **plain)


def _line(values: Mapping[str, Any]) -> WantedLine:
    post = values["post"]
    return WantedLine(
        **{
            **values,
            "variant": UUID(values["variant"]),
            "post": UUID(post) if post else None,
        }
    )
