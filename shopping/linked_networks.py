"""The outside networks whose profiles people may link: what the operator says of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

# Where an X-style network is asked, and where its people sign in, unless it is said otherwise.
X_API, X_PAGES = "https://api.x.com", "https://x.com"


class LinkedNetwork(BaseModel):
    """One network: an instance of Mastodon, X, or whoever speaks OpenID Connect.

    `network` is the name under which its partner hands us replies, and is kept with each profile;
    it never changes. `server` is asked by us, `pages` is where people sign in. `hosts` are others
    that `server` may send us to, as some providers have their tokens elsewhere.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["mastodon", "x", "openid"]
    network: str = Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=60)
    name: str = Field("", max_length=40)
    client_id: str = Field(min_length=1, max_length=191)
    client_secret: str = Field("", max_length=191, repr=False)
    server: str = ""
    pages: str = ""
    hosts: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def say_where(cls, said: object) -> object:
        """A network that says no more is found under its own name."""
        if not isinstance(said, dict):
            return said
        is_x = said.get("kind") == "x"
        server = said.get("server") or (X_API if is_x else f"https://{said.get('network', '')}")
        pages = said.get("pages") or (X_PAGES if is_x and not said.get("server") else server)
        name = said.get("name") or said.get("network", "")
        return {**said, "server": server.rstrip("/"), "pages": pages.rstrip("/"), "name": name}

    @model_validator(mode="after")
    def is_reachable(self) -> Self:
        for address in (self.server, self.pages):
            parts = urlsplit(address)
            if parts.scheme not in ("https", "http") or not parts.netloc or parts.username:
                raise ValueError(f"{self.network}: {address} is no address of a server")
        return self

    @property
    def is_encrypted(self) -> bool:
        return all(address.startswith("https://") for address in (self.server, self.pages))

    @property
    def callable_hosts(self) -> frozenset[str]:
        """Those that we connect to for it, each with its port where it has one of its own."""
        return frozenset({urlsplit(self.server).netloc, *self.hosts})


def check_networks(networks: Sequence[LinkedNetwork], *, encrypted: bool) -> None:
    """Raise ValueError where one is named twice, or asked in the clear where that is not `encrypted`
    enough."""
    names = [each.network for each in networks]
    if len(set(names)) < len(names):
        raise ValueError("LINKED_NETWORKS names a network twice")
    if encrypted and (clear := [each.network for each in networks if not each.is_encrypted]):
        raise ValueError(f"LINKED_NETWORKS: {', '.join(clear)} has to be asked by https://")
