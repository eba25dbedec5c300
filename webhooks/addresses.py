"""Which addresses a subscriber may name. What they resolve to is checked when we connect."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# The only part of IPv6 from which public addresses are given out, by
# https://www.iana.org/assignments/ipv6-address-space. All that once held others is outside it:
# site-local fec0::/10, IPv4-compatible ::/96, NAT64's 64:ff9b::/96.
GIVEN_OUT = IPv6Network("2000::/3")
# Within it, and public by its own name, but a way to whatever IPv4 address is written inside.
TUNNELS = (IPv6Network("2002::/16"), IPv4Network("192.88.99.0/24"))
DOCUMENTATION = IPv6Network("3fff::/20")


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Whether `ip` is a machine's address on the public internet, and says so of itself."""
    if isinstance(ip, IPv6Address) and (ip not in GIVEN_OUT or ip in DOCUMENTATION):
        return False
    return ip.is_global and not ip.is_multicast and all(ip not in net for net in TUNNELS)


def validate_address(url: str) -> None:
    """Refuse an address that is not https (http is let through in DEBUG), or that holds a password.

    A private host may be named here and is still refused by `webhooks.transport`, on the address
    that the name has at the moment of connecting.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _port = parts.port
    except ValueError:
        raise ValidationError(_("This is no web address."), code="invalid") from None
    if not host:
        raise ValidationError(_("This is no web address."), code="invalid")
    if parts.scheme != "https" and not (settings.DEBUG and parts.scheme == "http"):
        raise ValidationError(_("The address has to begin with https://."), code="not_https")
    if parts.username is not None or parts.password is not None:
        raise ValidationError(
            _("Leave name and password out of the address; check our signature instead."),
            code="credentials",
        )
    if parts.fragment:
        raise ValidationError(_("Leave out what follows the #."), code="fragment")
