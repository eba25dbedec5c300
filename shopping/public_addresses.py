"""Which machines are on the public internet; whoever is told where to connect asks here first."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

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
