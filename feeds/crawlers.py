"""Which pages are somebody's own, so that machines leave them alone."""

from __future__ import annotations

# The beginnings of their paths. What only opens for its owner, or writes, or is the same as another.
PRIVATE = (
    "/account/",
    "/accounts/",
    "/admin/",
    "/api/",
    "/bookmarks/",
    "/cart/",
    "/checkout/",
    "/decisions/",
    "/invitations/",
    "/me/",
    "/merchants/",
    "/notifications/",
    "/oauth/",
    "/orders/",
    "/payments/",
)
# Everybody's, and of no use to somebody who looks for something.
USELESS = ("/buy/", "/news/", "/offline/", "/posts/new/", "/search/", "/sell/")


def is_private(path: str) -> bool:
    return path.startswith(PRIVATE)


def robots(sitemap: str) -> str:
    """What RFC 9309 has of it; `sitemap` is a whole address."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in (*PRIVATE, *USELESS))]
    return "\n".join([*lines, "", f"Sitemap: {sitemap}", ""])
