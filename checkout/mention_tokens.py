"""The link that an unlinked author gets: it leads to the linking page, and back to what they asked for.

Everybody reads it where it is posted, and it is no right: only who proves that the profile is theirs
sees what is behind it.
"""

from __future__ import annotations

from django.core import signing

from checkout.models import Mention

SALT = "checkout.mention"
SECONDS = 24 * 3600


def token(mention: Mention) -> str:
    return signing.dumps(str(mention.public_id), salt=SALT)


def of_token(token: str) -> Mention:
    """The mention that a link names, for SECONDS. Raises Mention.DoesNotExist for any other text."""
    try:
        name = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        raise Mention.DoesNotExist from None
    return Mention.objects.get(public_id=name)
