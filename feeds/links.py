"""Addresses in what people write: which become links, and which no post may hold.

Nothing is looked up: a name that resolves into a private network is not known by its looks.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from shopping.public_addresses import is_public

LINK = r"(?i:https?)://[^\s<>\"]+"
# Whatever is an address by its looks, and those that run or read something without any //. No
# scheme that a browser knows is longer.
SUSPECT = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]{0,30})://[^\s<>\"]+"
    r"|(?<!\w)(?:(?:javascript|vbscript):\S+|data:[\w.+/-]*[;,]\S*)",
    re.IGNORECASE,
)
HTTP = re.compile(r"https?$", re.IGNORECASE)
TRAILING = ".,;:!?…)]}»’'”"
SHOWN = 80
# What no label of a host may hold, https://url.spec.whatwg.org/#forbidden-domain-code-point
FORBIDDEN = re.compile(r"[\x00-\x20#/:<>?@\[\\\]^|%\x7f]")
# Names of machines that are not on the public internet: RFC 6761, RFC 6762, RFC 8375 and ICANN's
# .internal, and what routers and offices commonly use.
INNER = {"localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home"}
INNER |= {"lan", "test", "invalid", "arpa"}


class Fault(StrEnum):
    """Why an address is no link."""

    SCHEME = "scheme"
    BROKEN = "broken"
    SECRET = "secret"  # noqa: S105  a name or password stands in it
    PRIVATE = "private"


def bare(address: str) -> str:
    """`address` without the sentence's own marks behind it; a closing bracket that it opened stays."""
    while address and address[-1] in TRAILING:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address


def own_host() -> str:
    """Host and port of this site, as its addresses have them."""
    return urlsplit(settings.PUBLIC_URL).netloc.lower()


def fault(address: str) -> Fault | None:
    """What keeps an http or https `address` from being a link; None for a good one."""
    # As browsers read it: any number of slashes, turned either way.
    rest = address.partition(":")[2].replace("\\", "/").lstrip("/")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if authority.lower() == own_host():
        return None
    name, at, host = authority.rpartition("@")
    if host.startswith("["):
        return _fault_of_six(host) or (Fault.SECRET if at else None)
    host, _colon, port = host.partition(":")
    if port and not (port.isascii() and port.isdigit() and int(port) <= 65535):
        return Fault.BROKEN
    return _fault_of_name(_as_resolved(host)) or (Fault.SECRET if at or name else None)


def _as_resolved(host: str) -> str:
    """A host as a browser asks for it: decoded, full-width letters narrow, invisible marks gone.

    https://url.spec.whatwg.org/#host-parsing, without the encoding of other scripts.
    """
    text = unicodedata.normalize("NFKC", unquote(host)).replace("\u3002", ".").casefold()
    seen = "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Mn"} or c.isascii())
    return seen.removesuffix(".")


def _fault_of_name(host: str) -> Fault | None:
    labels = host.split(".")
    if not all(labels) or FORBIDDEN.search(host):
        return Fault.BROKEN
    if _is_number(labels[-1]):
        address = _four(labels)
        if address is None:
            return Fault.BROKEN
        return None if is_public(address) else Fault.PRIVATE
    return Fault.PRIVATE if len(labels) == 1 or labels[-1] in INNER else None


def _fault_of_six(host: str) -> Fault | None:
    inside, closing, _port = host[1:].partition("]")
    try:
        address = IPv6Address(unquote(inside).partition("%")[0])
    except AddressValueError:
        return Fault.BROKEN
    if not closing:
        return Fault.BROKEN
    return None if is_public(address) else Fault.PRIVATE


def _is_number(label: str) -> bool:
    return label.isascii() and bool(re.fullmatch(r"\d+|0x[0-9a-f]*", label))


def _four(labels: list[str]) -> IPv4Address | None:
    """An IPv4 address of one to four numbers, each decimal, octal or hexadecimal; None for none.

    https://url.spec.whatwg.org/#concept-ipv4-parser
    """
    numbers = [_number(label) for label in labels]
    if len(numbers) > 4 or None in numbers:
        return None
    *leading, last = (number or 0 for number in numbers)
    if any(number > 255 for number in leading) or last >= 256 ** (4 - len(leading)):
        return None
    places = (number * 256 ** (3 - place) for place, number in enumerate(leading))
    return IPv4Address(sum(places) + last)


def _number(label: str) -> int | None:
    if not _is_number(label) or len(label) > 20:
        return None
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    if len(label) > 1 and label.startswith("0"):
        return int(label, 8) if re.fullmatch(r"[0-7]+", label) else None
    return int(label)


def _fault_of_suspect(match: re.Match[str]) -> tuple[str, Fault | None]:
    scheme = match["scheme"]
    web = HTTP.search(scheme) if scheme else None
    if web is None:
        return bare(match[0]), Fault.SCHEME
    # What is written against it without a space is no part of it.
    address = bare(match[0][web.start() :])
    return address, fault(address)


def refusal(body: str) -> str:
    """The sentence that refuses `body` for the first address in it that no post may hold, or ""."""
    for match in SUSPECT.finditer(body):
        address, wrong = _fault_of_suspect(match)
        if wrong is not None:
            return _sentence(wrong) % {"link": address[:SHOWN]}
    return ""


def _sentence(wrong: Fault) -> str:
    return {
        Fault.SCHEME: _("“%(link)s” is no web page: links begin with http:// or https://."),
        Fault.BROKEN: _("“%(link)s” is no web address."),
        Fault.SECRET: _("“%(link)s” holds a name or a password: leave out what is before the @."),
        Fault.PRIVATE: _(
            "“%(link)s” leads into a private network, where your readers cannot go. Take it out."
        ),
    }[wrong]
