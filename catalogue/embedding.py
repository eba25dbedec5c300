"""On which sites a shop's cards may stand: the list that the frame's policy is made of."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from catalogue.models import EmbedOrigin

# So many a shop: a header of all of them still fits every server.
MOST = 50
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?:{LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
STANDARD = {"https": 443, "http": 80}


def tidy(text: str) -> str:
    """The one origin that `text` names, as browsers write it: "https://www.example.com".

    A host in other letters becomes what a browser makes of it. Raises ValidationError for a path, a
    name or password, a star, an address in numbers, and for http; in development this machine may
    be named, and by http.
    """
    try:
        parts = urlsplit(text.strip())
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        raise _not_one() from None
    if _has_more(parts) or parts.scheme not in STANDARD:
        raise _not_one()
    if not (settings.DEBUG and _is_loopback(host)):
        if parts.scheme != "https":
            raise ValidationError(_("Only sites with https can show cards."))
        if not HOST.fullmatch(host):
            raise _not_one()
    host = f"[{host}]" if ":" in host else host
    shown = "" if port in {None, STANDARD[parts.scheme]} else f":{port}"
    return f"{parts.scheme}://{host}{shown}"


def allow(site: EmbedOrigin) -> None:
    """Let the shop's cards be framed by the pages of a new site; within a minute, as frames are kept
    for so long. Raises ValidationError for what is no site, a repeat, and one too many."""
    site.origin = tidy(site.origin)
    site.full_clean()
    if site.merchant.embed_origins.count() >= MOST:
        raise ValidationError(_("A shop lists at most %(most)d sites.") % {"most": MOST})
    site.save()


def forbid(site: EmbedOrigin) -> None:
    """No page of the site may frame the shop's cards any more."""
    site.delete()


def origins_of(merchant_pk: int) -> list[str]:
    """The sites of one shop's list, in the order in which they were added; one statement."""
    listed = EmbedOrigin.objects.filter(merchant=merchant_pk).order_by("pk")
    return list(listed.values_list("origin", flat=True)[:MOST])


def _has_more(parts: SplitResult) -> bool:
    """Whether it says anything beside scheme, host and port."""
    beside = parts.path.strip("/") or parts.query or parts.fragment
    return bool(beside or parts.username is not None or parts.password is not None)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _not_one() -> ValidationError:
    return ValidationError(_("Write the site as https://www.example.com."))
