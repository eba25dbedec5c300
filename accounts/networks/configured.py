"""The networks of LINKED_NETWORKS, by name."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from shopping.linked_networks import LinkedNetwork

LONGEST = 200  # LinkedAccount.external_id and .handle


def every() -> Sequence[LinkedNetwork]:
    """In the order in which the operator names them."""
    networks: Sequence[LinkedNetwork] = settings.LINKED_NETWORKS
    return networks


def named(network: str) -> LinkedNetwork | None:
    return next((each for each in every() if each.network == network), None)


def title(network: str) -> str:
    """What people call it; its name itself where it is not configured any more."""
    found = named(network)
    return found.name if found else network


def spelled(network: str, handle: str) -> str:
    """How people of `network` write a handle: "mai" is "@mai@mastodon.example"; "" of ""."""
    name = handle.strip().lstrip("@")
    known = named(network)
    if name and known and known.kind == "mastodon" and "@" not in name:
        name = f"{name}@{network}"
    return f"@{name}"[:LONGEST] if name else ""


def hosts() -> frozenset[str]:
    """All that we may connect to."""
    return frozenset(host for each in every() for host in each.callable_hosts)


def pages() -> list[str]:
    """Where people are sent to sign in: for the content security policy of the page that sends them."""
    found = [each.pages for each in every()]
    # A discovery document may name another of its hosts.
    found += [f"https://{host}" for each in every() for host in each.hosts]
    return list(dict.fromkeys(found))
