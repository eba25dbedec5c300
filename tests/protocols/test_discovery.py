"""The business's profile, as anybody reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from protocols import jwks
from protocols.ucp import signing_keys
from stack import secrets
from tests.protocols.schemas import valid

RSA = (
    rsa.generate_private_key(public_exponent=65537, key_size=2048)
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)


def test_the_profile_says_what_can_be_done_here(client: Client):
    response = client.get("/.well-known/ucp")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "public, max-age=300"
    assert not response.cookies
    said = response.json()
    assert valid(said, "discovery/profile.json#/$defs/business_profile")
    assert said["ucp"]["version"] == "2026-04-08"
    assert said["ucp"]["services"]["dev.ucp.shopping"][0]["endpoint"] == (
        "http://localhost:8000/ucp/v1"
    )
    extends = said["ucp"]["capabilities"]["dev.ucp.shopping.discount"][0]["extends"]
    assert extends == ["dev.ucp.shopping.checkout", "dev.ucp.shopping.cart"]


def test_all_keys_are_published_and_the_first_signs(settings: Settings, tmp_path: Path):
    files = [secrets.kept_signing_key(tmp_path / name) for name in ("new.pem", "old.pem")]
    keys = [jwks.signing_key(file.read_bytes()) for file in files]
    settings.UCP_SIGNING_KEYS = tmp_path / "both.pem"
    settings.UCP_SIGNING_KEYS.write_bytes(b"\n".join(file.read_bytes() for file in files))
    assert signing_keys.published() == [dict(key.jwk) for key in keys]
    assert all("d" not in key for key in signing_keys.published())
    assert signing_keys.current().kid == keys[0].kid


def test_a_file_of_anything_else_stops_the_start(settings: Settings, tmp_path: Path):
    twice = secrets.kept_signing_key(tmp_path / "key.pem").read_text() * 2
    for place, content in enumerate(["", "{}", twice, twice.replace("M", "N"), RSA]):
        settings.UCP_SIGNING_KEYS = tmp_path / f"{place}.pem"
        settings.UCP_SIGNING_KEYS.write_text(content)
        with pytest.raises(ImproperlyConfigured, match="UCP_SIGNING_KEYS"):
            signing_keys.ours()
    settings.UCP_SIGNING_KEYS = tmp_path / "nowhere.pem"
    with pytest.raises(ImproperlyConfigured, match="UCP_SIGNING_KEYS"):
        signing_keys.ours()


def test_a_key_file_is_its_owners_alone(tmp_path: Path):
    path = secrets.kept_signing_key(tmp_path / "keys.pem")
    assert path.stat().st_mode & 0o077 == 0
    assert secrets.kept_signing_key(path).read_text() == path.read_text()
