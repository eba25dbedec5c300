"""No subscriber makes us knock at doors inside our own network."""

from __future__ import annotations

import socket

import pytest

from webhooks import deliveries, transport
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


@pytest.mark.parametrize("host", PRIVATE)
def test_a_private_address_in_any_spelling_is_refused(host, receiver, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = False
    port = receiver.url.split(":")[2].split("/")[0]
    answer = transport.post(f"http://{host}:{port}/hooks", "{}", headers={})
    assert answer.status_code is None
    assert answer.text.startswith("InvalidIPAddress")
    assert receiver.got == []


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_a_public_address_is_connected_to(address, settings, monkeypatch):
    settings.WEBHOOK_PRIVATE_HOSTS = False
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    asked: list[str] = []

    def resolve(host, *args, **kwargs):
        asked.append(host.strip("[]"))
        if host != "subscriber.example":
            raise OSError("no way there in a test")
        return [(family, socket.SOCK_STREAM, 6, "", (address, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    answer = transport.post("https://subscriber.example/hooks", "{}", headers={})
    assert not answer.text.startswith("InvalidIPAddress")
    assert asked[-1] == address


def test_a_public_name_that_resolves_to_a_private_address_is_refused(
    receiver, settings, monkeypatch
):
    settings.WEBHOOK_PRIVATE_HOSTS = False
    port = int(receiver.url.split(":")[2].split("/")[0])
    home = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [home])
    answer = transport.post(f"http://innocent.example:{port}/hooks", "{}", headers={})
    assert answer.text.startswith("InvalidIPAddress")
    assert "127.0.0.1" not in answer.text, "a subscriber reads this, and maps our network with it"
    assert receiver.got == []


def test_a_name_is_resolved_once_and_that_address_is_the_one_connected_to(
    receiver, settings, monkeypatch
):
    """A name that answers publicly when asked and privately a moment later gains nothing."""
    settings.WEBHOOK_PRIVATE_HOSTS = False
    port = int(receiver.url.split(":")[2].split("/")[0])
    asked: list[str] = []

    def changing(host, *args, **kwargs):
        asked.append(host)
        if host == "innocent.example":
            address = "203.0.113.7" if len(asked) > 1 else "93.184.215.14"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]
        raise OSError("no way there in a test")

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    answer = transport.post(f"http://innocent.example:{port}/hooks", "{}", headers={})
    assert answer.status_code is None
    assert asked == ["innocent.example", "93.184.215.14"]


def test_the_refusal_is_written_down_as_a_failed_attempt(receiver, on_its_way, plage, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = False
    endpoint = Endpoint.objects.create(url=receiver.url, merchant=plage)
    delivery = deliveries.deliver(on_its_way(endpoint).pk)
    assert (delivery.status, delivery.last_status_code) == (Delivery.Status.PENDING, None)
    assert delivery.last_answer.startswith("InvalidIPAddress")


def test_neither_proxy_nor_netrc_of_the_machine_is_used(receiver, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login us password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert transport.post(receiver.url, "{}", headers={}).status_code == 204
    assert "Authorization" not in receiver.got[0].headers


@pytest.mark.parametrize("url", ["http://", "https://[::1", "http://a..b/", f"http://{'a' * 70}/"])
def test_a_broken_address_is_an_answer_and_no_crash(url, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = False
    assert transport.post(url, "{}", headers={}).status_code is None
