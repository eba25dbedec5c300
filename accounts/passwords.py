"""What no password may be made of: the words that everybody here knows."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# docs/security/asvs.md names these; the name of the site's own host comes to them.
WORDS = (
    "etal",
    "étal",
    "shopping",
    "boutique",
    "panier",
    "marché",
    "marche",
    "password",
    "motdepasse",
)


def words() -> tuple[str, ...]:
    """The words, the parts of the host's name among them."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    return (*WORDS, *(part for part in host.split(".") if len(part) > 3))


class NotOurWords:
    """Refuses a password that is one of the words with digits and signs around it: Etal2027!"""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        bare = re.sub(r"[\W\d_]+", "", password).lower()
        if bare in words():
            raise ValidationError(
                _("This password is the site’s name or a word of shops. Choose another."),
                code="password_of_the_site",
            )

    def get_help_text(self) -> str:
        return _("It may not be the site’s name.")
