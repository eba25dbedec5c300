"""No subscriber makes us knock at doors inside our own network."""

from __future__ import annotations

import socket

import httpcore
import pytest

from tests.webhooks.conftest import post, turn
from webhooks.models import Delivery, Endpoint

PRIVATE = [
    "127.0.0.1",
    "localhost",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fd00::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fec0::1]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[4000::1]",
]


def names(*answers):
    """A resolver that knows these names, each for one question, and no others."""
    waiting = list(answers)

    def resolve(host, port, *args, **kwargs):
        name, addresses = waiting.pop(0)
        assert host == name
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                *(socket.SOCK_STREAM, 6, "", (address, port)),
            )
            for address in addresses
        ]

    return resolve


def connections(monkeypatch):
    """Which addresses are connected to from now on; none of them answers."""
    asked: list[str] = []

    async def connect_tcp(self, host, *args, **kwargs):
        asked.append(host)
        raise httpcore.ConnectError("no way there in a test")

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    return asked


@pytest.mark.parametrize("host", PRIVATE)
def test_a_private_address_in_any_spelling_is_refused(host, receiver, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = False
    port = receiver.url.split(":")[2].split("/")[0]
    answer = post(f"http://{host}:{port}/hooks")
    assert answer.status_code is None
    # Numbers that no resolver would take are refused before one is asked.
    assert answer.text.startswith(("NotPublic", "InvalidURL"))
    assert receiver.got == []


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_a_public_address_is_connected_to(address, settings, monkeypatch):
    settings.WEBHOOK_PRIVATE_HOSTS = False
    monkeypatch.setattr(socket, "getaddrinfo", names(("subscriber.example", [address])))
    connected = connections(monkeypatch)
    answer = post("https://subscriber.example/hooks")
    assert (answer.status_code, connected) == (None, [address])


def test_a_public_name_that_resolves_to_a_private_address_is_refused(
    receiver, settings, monkeypatch
):
    settings.WEBHOOK_PRIVATE_HOSTS = False
    port = int(receiver.url.split(":")[2].split("/")[0])
    monkeypatch.setattr(socket, "getaddrinfo", names(("innocent.example", ["127.0.0.1"])))
    answer = post(f"http://innocent.example:{port}/hooks")
    assert answer.text.startswith("NotPublic")
    assert "127.0.0.1" not in answer.text, "a subscriber reads this, and maps our network with it"
    assert receiver.got == []


def test_a_name_is_resolved_once_and_that_address_is_the_one_connected_to(
    receiver, settings, monkeypatch
):
    """A name that answers publicly when asked and privately a moment later gains nothing."""
    settings.WEBHOOK_PRIVATE_HOSTS = False
    port = int(receiver.url.split(":")[2].split("/")[0])
    resolve = names(("innocent.example", ["93.184.215.14"]), ("innocent.example", ["127.0.0.1"]))
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    connected = connections(monkeypatch)
    assert post(f"http://innocent.example:{port}/hooks").status_code is None
    assert connected == ["93.184.215.14"]
    assert receiver.got == []


def test_of_several_addresses_only_public_ones_are_tried(receiver, settings, monkeypatch):
    settings.WEBHOOK_PRIVATE_HOSTS = False
    port = int(receiver.url.split(":")[2].split("/")[0])
    mixed = ["127.0.0.1", "93.184.215.14", "::1", "93.184.215.15"]
    monkeypatch.setattr(socket, "getaddrinfo", names(("innocent.example", mixed)))
    connected = connections(monkeypatch)
    assert post(f"http://innocent.example:{port}/hooks").status_code is None
    assert connected == ["93.184.215.14", "93.184.215.15"]
    assert receiver.got == []


def test_the_refusal_is_written_down_as_a_failed_attempt(receiver, on_its_way, plage, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = False
    on_its_way(Endpoint.objects.create(url=receiver.url, merchant=plage))
    [delivery] = turn()
    assert (delivery.status, delivery.last_status_code) == (Delivery.Status.PENDING, None)
    assert delivery.last_answer.startswith("NotPublic")


def test_neither_proxy_nor_netrc_of_the_machine_is_used(receiver, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login us password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert post(receiver.url).status_code == 204
    assert "Authorization" not in receiver.got[0].headers


@pytest.mark.parametrize("url", ["http://", "https://[::1", "http://a..b/", f"http://{'a' * 70}/"])
def test_a_broken_address_is_an_answer_and_no_crash(url, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = False
    assert post(url).status_code is None
