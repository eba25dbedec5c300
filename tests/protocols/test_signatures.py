"""Signatures and digests as their RFCs' own examples have them, and what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from protocols import digests, signatures
from protocols.jwks import BadKey, public_key, signing_key
from protocols.signatures import Message, Unverified

# RFC 9421, B.1.3: test-key-ecc-p256.
RFC_KEY = b"""-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIFKbhfNZfpDsW43+0+JjUr9K+bTeuxopu653+hBaXGA7oAoGCCqGSM49
AwEHoUQDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lfw0EkjqF7xB4FivAxzic30tMM
4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==
-----END EC PRIVATE KEY-----
"""
# RFC 9421, B.2: test-response, signed as in B.2.4.
RFC_BODY = b'{"message": "good dog"}'
RFC_DIGEST = (
    "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5"
    "aGgfLQ==:"
)
RFC_HEADERS = {
    "date": "Tue, 20 Apr 2021 02:07:56 GMT",
    "content-type": "application/json",
    "content-digest": RFC_DIGEST,
    "content-length": "23",
    "signature-input": (
        'sig-b24=("@status" "content-type" "content-digest" "content-length")'
        ';created=1618884473;keyid="test-key-ecc-p256"'
    ),
    "signature": (
        "sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj"
        "+32oiasw==:"
    ),
}
RFC_BASE = f'''"@status": 200
"content-type": application/json
"content-digest": {RFC_DIGEST}
"content-length": 23
"@signature-params": ("@status" "content-type" "content-digest" "content-length")\
;created=1618884473;keyid="test-key-ecc-p256"'''


KEY = replace(signing_key(RFC_KEY), kid="test-key-ecc-p256")
KEY = replace(KEY, jwk={**KEY.jwk, "kid": KEY.kid})
KEYS = [{"kid": "other", "kty": "OKP", "crv": "Ed25519", "x": "JrQL"}, KEY.jwk]
REQUEST = Message(
    method="POST",
    url="https://Shop.example:443/ucp/v1/carts?a=1",
    headers={
        "content-type": "application/json",
        "content-digest": digests.content_digest(b"{}"),
        "ucp-agent": 'profile="https://agent.example/ucp"',
    },
)
REQUIRED = ("@method", "@authority", "@path", "@query", "ucp-agent", "content-digest")


def signed(message: Message, **parameters: int | str) -> Message:
    said = signatures.sign(message, KEY, REQUIRED, **parameters)
    headers = {name.lower(): value for name, value in said.items()}
    return Message(method=message.method, url=message.url, headers={**message.headers, **headers})


def changed(message: Message, *, url: str = "", method: str = "", **headers: str) -> Message:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Message(
        method=method or message.method,
        url=url or message.url,
        headers={**message.headers, **named},
    )


def refused(message: Message, *, keys: Sequence[object] = KEYS, now: float = 100) -> str:
    with pytest.raises(Unverified) as error:
        signatures.verify(message, keys, required=REQUIRED, now=now)
    return error.value.code


def test_the_rfcs_signature_is_verified():
    answer = Message(status=200, headers=RFC_HEADERS)
    required = ("@status", "content-digest")
    assert signatures.verify(answer, KEYS, required=required, now=0) == "test-key-ecc-p256"


def test_the_base_is_the_rfcs():
    covered: signatures.InnerList = (
        [(name, {}) for name in ("@status", "content-type", "content-digest", "content-length")],
        {"created": 1618884473, "keyid": "test-key-ecc-p256"},
    )
    answer = Message(status=200, headers=RFC_HEADERS)
    assert signatures.base(answer, covered).decode() == RFC_BASE


def test_the_rfcs_digest_fits_its_body():
    # RFC 9530, appendix D, has this one of {"hello": "world"} and a line's end.
    hello = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    assert digests.fits(RFC_DIGEST, RFC_BODY)
    assert digests.fits(hello, b'{"hello": "world"}\n')
    assert digests.content_digest(b'{"hello": "world"}\n') == hello


@pytest.mark.parametrize("header", ["", "md5=:AA==:", "sha-256=AA", "sha-256=:AA==:", "é"])
def test_what_is_no_digest_of_the_body_is_refused(header: str):
    assert not digests.fits(header, b"{}")


def test_what_we_sign_is_verified_and_names_no_standard_port():
    assert REQUEST.value("@authority", {}) == "shop.example"
    message = signed(REQUEST)
    assert signatures.verify(message, KEYS, required=REQUIRED, now=0) == KEY.kid
    assert message.headers["signature-input"].startswith('sig1=("@method" "@authority" "@path"')


def test_another_request_is_not_what_was_signed():
    message = signed(REQUEST)
    others = [
        changed(message, method="PUT"),
        changed(message, url="https://shop.example/ucp/v1/carts?a=2"),
        changed(message, url="https://rival.example/ucp/v1/carts?a=1"),
        changed(message, ucp_agent='profile="https://rival.example/ucp"'),
        changed(message, content_digest=digests.content_digest(b"[]")),
    ]
    assert [refused(other) for other in others] == ["signature_invalid"] * len(others)


def test_a_signature_has_to_cover_what_is_required():
    said = signatures.sign(REQUEST, KEY, ["@authority"])
    headers = {name.lower(): value for name, value in said.items()}
    assert refused(changed(REQUEST, **{n.replace("-", "_"): v for n, v in headers.items()})) == (
        "signature_invalid"
    )


def test_reasons_are_told():
    message = signed(REQUEST)
    assert refused(REQUEST) == "signature_missing"
    assert refused(message, keys=KEYS[:1]) == "key_not_found"
    assert refused(message, keys=[{**KEYS[0], "kid": KEY.kid}]) == "algorithm_unsupported"
    assert refused(changed(message, signature="sig1=:AAAA:")) == "signature_invalid"
    assert refused(changed(message, signature_input="(((")) == "signature_invalid"
    assert refused(signed(REQUEST, created=1, expires=99)) == "signature_invalid"


def test_one_good_signature_of_several_is_enough():
    message = signed(REQUEST)
    own = message.headers["signature-input"]
    both = changed(message, signature_input=f'other=("@method");keyid="nobody", {own}')
    assert signatures.verify(both, KEYS, required=REQUIRED, now=0) == KEY.kid


def test_a_part_is_signed_once():
    covered: signatures.InnerList = ([("@method", {}), ("@method", {})], {})
    with pytest.raises(Unverified):
        signatures.base(REQUEST, covered)


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "EC", "crv": "P-256"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-256", "x": "*", "y": "AA"},
    ],
)
def test_what_is_no_key_is_said(jwk: dict[str, str]):
    with pytest.raises(BadKey):
        public_key(jwk)


@pytest.mark.parametrize(
    "pem", [b"", b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----"]
)
def test_what_is_no_private_key_is_said(pem: bytes):
    with pytest.raises(BadKey):
        signing_key(pem)


def test_a_key_is_called_by_its_thumbprint():
    # Of the public key that RFC 9421, B.1.3, writes as JWK beside its PEM.
    known = signing_key(RFC_KEY)
    assert known.jwk["x"] == "qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA"
    assert known.jwk["y"] == "Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0"
    assert known.kid == signing_key(RFC_KEY).kid
    assert len(known.kid) == 43
