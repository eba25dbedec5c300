"""Which addresses a subscriber may name. What they resolve to is checked when we connect."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


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
