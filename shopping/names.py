"""What people and shops may be called: their names stand in subjects of mails to others."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# An address that mail programs make a link of, or the end of a line; “Étal.fr” and “24/7” are names.
NO_NAME = re.compile(r"://|\bwww\.|\w\.\w{2,}/|[\x00-\x1f\x7f\x85\u2028\u2029]", re.IGNORECASE)


def plain_name(name: str) -> None:
    """Raises ValidationError for a `name` that carries a web address or goes on in another line."""
    if NO_NAME.search(name):
        raise ValidationError(_("Write a name without a web address, in one line."))
