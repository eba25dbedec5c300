"""How networks are called: the configured ones alone, at public addresses. No database."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError

from accounts.networks import configured
from shopping.public_addresses import is_public

SECONDS = 5
# Of all that a network answers; profiles and tokens are far shorter.
MOST_BYTES = 500_000


class NotConfigured(requests.RequestException):
    """Nobody said that this host belongs to a network."""


class TooLong(requests.RequestException):
    """A network answered more than a profile can be."""


def session() -> requests.Session:
    """For the calls of one journey: no redirect, no proxy of the environment, no .netrc."""
    return GuardedSession()


class GuardedSession(requests.Session):
    """Raises requests.RequestException for whatever keeps it from an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        for scheme in ("http://", "https://"):
            self.mount(scheme, PublicAdapter())

    def request(self, method: Any, url: Any, *args: Any, **how: Any) -> requests.Response:
        """Within SECONDS for the connection and for each piece of the answer."""
        if urlsplit(str(url)).netloc not in configured.hosts():
            raise NotConfigured(f"{urlsplit(str(url)).netloc} is no host of LINKED_NETWORKS")
        how |= {"timeout": SECONDS, "allow_redirects": False, "stream": True}
        response = super().request(method, url, *args, **how)
        read = bytearray()
        for piece in response.iter_content(16_384):
            read += piece
            if len(read) > MOST_BYTES:
                response.close()
                raise TooLong(f"{urlsplit(str(url)).netloc} answered too much")
        response._content = bytes(read)
        return response


class PublicAdapter(HTTPAdapter):
    """Its connections are made by `_connect`."""

    def init_poolmanager(self, *args: Any, **how: Any) -> None:
        super().init_poolmanager(*args, **how)
        self.poolmanager.pool_classes_by_scheme = {"http": PublicPool, "https": PublicTlsPool}


def _connect(connection: HTTPConnection) -> socket.socket:
    """To an address that the name was resolved to once: a name that means another machine a moment
    later gains nothing. TLS asks for the name."""
    host, port = connection.host, connection.port or connection.default_port
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise NameResolutionError(host, connection, error) from error
    addresses = list(dict.fromkeys(str(address[4][0]) for address in found))
    if not settings.WEBHOOK_PRIVATE_HOSTS:
        addresses = [address for address in addresses if is_public(ip_address(address))]
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=SECONDS)
        except OSError:
            continue
    raise NewConnectionError(connection, f"{host} has no public address that answers")


class PublicConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class PublicTlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class PublicPool(HTTPConnectionPool):
    ConnectionCls = PublicConnection


class PublicTlsPool(HTTPSConnectionPool):
    ConnectionCls = PublicTlsConnection
