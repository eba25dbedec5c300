"""Signatures over HTTP messages (RFC 9421), by ES256 alone (3.3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256

from protocols import jwks, structured
from protocols.jwks import BadKey, SigningKey
from protocols.structured import BadField

ES256 = ec.ECDSA(SHA256())
# r and s, each of so many octets.
HALF = 32
LABEL = "sig1"
STANDARD_PORTS = {"http": ":80", "https": ":443"}
# More would be tried at our cost.
MOST_CANDIDATES = 4

InnerList = tuple[list[tuple[str, dict[str, Any]]], dict[str, Any]]


class Unverified(Exception):
    """A message that nobody signed whom we know; `code` is why, in UCP's words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What can be signed: a request has `method` and `url`, an answer has `status`.

    Names of `headers` are in small letters.
    """

    headers: Mapping[str, str]
    method: str = ""
    url: str = ""
    status: int = 0
    # A request that an answer is to, whose parts it may sign too, is not known here.
    derived: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        authority = parts.netloc.lower().rpartition("@")[2]
        authority = authority.removesuffix(STANDARD_PORTS.get(parts.scheme, "\0"))
        found = {"@status": str(self.status)} if self.status else {}
        if self.method:
            found = {
                "@method": self.method,
                "@target-uri": self.url,
                "@scheme": parts.scheme.lower(),
                "@authority": authority,
                "@path": parts.path or "/",
                "@query": f"?{parts.query}",
                "@request-target": (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            }
        object.__setattr__(self, "derived", found)

    def value(self, name: str, parameters: Mapping[str, Any]) -> str:
        """The value of one component (2.1, 2.2). Raises Unverified where the message has none."""
        if name.startswith("@"):
            found = None if parameters else self.derived.get(name)
        else:
            found = _field(self.headers.get(name), parameters)
        if found is None or "\n" in found:
            raise Unverified("signature_invalid")
        return found


def sign(
    message: Message, key: SigningKey, components: Iterable[str], **parameters: int | str
) -> dict[str, str]:
    """The two headers that sign `components` of `message`, under the label sig1."""
    covered: InnerList = ([(name, {}) for name in components], {**parameters, "keyid": key.kid})
    der = key.private.sign(base(message, covered), ES256)
    r, s = decode_dss_signature(der)
    octets = r.to_bytes(HALF) + s.to_bytes(HALF)
    return {
        "Signature-Input": structured.written({LABEL: covered}),
        "Signature": structured.written({LABEL: (octets, {})}),
    }


def verify(message: Message, keys: Iterable[Any], *, required: Iterable[str], now: float) -> str:
    """The name of the key that signed `message`, all of `required` among what it signed.

    `keys` are the signer's published ones, of which those of other kinds are passed over; `now` is in
    seconds, for signatures that say when they end. Raises Unverified, for the last candidate's reason.
    """
    inputs = _dictionary(message, "signature-input")
    signatures = _dictionary(message, "signature")
    reason, published, needed = Unverified("signature_missing"), list(keys), set(required)
    for label in list(inputs)[:MOST_CANDIDATES]:
        try:
            covered = _covered(inputs[label])
            return _one(message, covered, signatures.get(label), published, needed, now)
        except Unverified as error:
            reason = error
    raise reason


def base(message: Message, covered: InnerList) -> bytes:
    """The signature base (2.5) of what is `covered`. Raises Unverified for a part that is not there."""
    components, _parameters = covered
    lines = [f"{_item(each)}: {message.value(*each)}" for each in components]
    if len(set(lines)) < len(lines):
        raise Unverified("signature_invalid")
    lines.append(f'"@signature-params": {structured.written([covered])}')
    return "\n".join(lines).encode()


def _one(
    message: Message,
    covered: InnerList,
    signature: Any,
    keys: list[Any],
    required: set[str],
    now: float,
) -> str:
    components, parameters = covered
    if not required <= {name for name, said in components if not said}:
        raise Unverified("signature_invalid")
    jwk = jwks.find(keys, str(parameters.get("keyid", "")))
    if jwk is None:
        raise Unverified("key_not_found")
    if parameters.get("alg", "ecdsa-p256-sha256") != "ecdsa-p256-sha256":
        raise Unverified("algorithm_unsupported")
    expires = parameters.get("expires")
    if isinstance(expires, int) and expires < now:
        raise Unverified("signature_invalid")
    octets = signature[0] if isinstance(signature, tuple) else None
    if not isinstance(octets, bytes) or len(octets) != 2 * HALF:
        raise Unverified("signature_invalid")
    r, s = int.from_bytes(octets[:HALF]), int.from_bytes(octets[HALF:])
    try:
        key = jwks.public_key(jwk)
        key.verify(encode_dss_signature(r, s), base(message, covered), ES256)
    except BadKey:
        raise Unverified("algorithm_unsupported") from None
    except InvalidSignature:
        raise Unverified("signature_invalid") from None
    return str(jwk["kid"])


def _dictionary(message: Message, name: str) -> dict[str, Any]:
    said = message.headers.get(name)
    if not said:
        raise Unverified("signature_missing")
    try:
        return structured.dictionary(said)
    except BadField:
        raise Unverified("signature_invalid") from None


def _covered(said: Any) -> InnerList:
    """One member of Signature-Input: an inner list of strings with parameters."""
    if not isinstance(said, tuple) or not isinstance(said[0], list):
        raise Unverified("signature_invalid")
    if not all(type(name) is str for name, _parameters in said[0]):
        raise Unverified("signature_invalid")
    return said


def _field(value: str | None, parameters: Mapping[str, Any]) -> str | None:
    """A header's value, or one member of it (2.1.2)."""
    if value is None or not parameters:
        return None if value is None else " ".join(value.split("\n")).strip()
    if set(parameters) != {"key"}:
        return None
    try:
        member = structured.dictionary(value).get(str(parameters["key"]))
    except BadField:
        return None
    return None if member is None else structured.written([member])


def _item(component: tuple[str, dict[str, Any]]) -> str:
    return structured.written(component)
