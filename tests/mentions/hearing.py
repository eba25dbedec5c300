"""What the tests of mentions hand in and look at."""

from __future__ import annotations

from typing import Any

from accounts.models import LinkedAccount, User
from checkout import mentions
from checkout.mentions import Heard
from checkout.models import CartLine, Mention
from feeds.models import Post
from partners.models import Partner

NETWORK = "mastodon.example"
SITE = "http://localhost:8000"


def partner(code: str = "mastodon", *networks: str) -> Partner:
    return Partner.objects.create(name=code, code=code, networks=[*(networks or (NETWORK,))])


def linked(user: User, author: str = "109") -> LinkedAccount:
    return LinkedAccount.objects.create(
        user=user, network=NETWORK, external_id=author, handle=f"@{user.handle}@{NETWORK}"
    )


def link_to(post: Post) -> str:
    return f"{SITE}/posts/{post.public_id}/"


def heard(text: str = "#cart", **more: Any) -> Heard:
    said = {"network": NETWORK, "external_id": "1", "author": "109"} | more
    return Heard(text=text, **said)


def hear(by: Partner, text: str = "#cart", **more: Any) -> Mention:
    """A new reply each time, unless its id is said."""
    more.setdefault("external_id", str(Mention.objects.count() + 1))
    return mentions.hear(by, heard(text, **more))


def in_cart() -> dict[str, int]:
    lines = CartLine.objects.filter(saved=False).select_related("variant__product")
    return {str(line.variant): line.quantity for line in lines}
