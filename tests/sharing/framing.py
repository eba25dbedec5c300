"""A list of sites as a shop may keep it, for settings.EMBED_ORIGINS."""

from __future__ import annotations

BLOG = "https://blog.example"


def origins_of(merchant_pk: int) -> list[str]:
    return [BLOG]
