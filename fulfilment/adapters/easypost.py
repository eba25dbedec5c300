"""EasyPost's events about trackers: https://docs.easypost.com/docs/trackers,
https://docs.easypost.com/guides/webhooks-guide

The signature is that of their client libraries: HMAC-SHA256 over the raw body, in hex, with the
secret in its compatibility decomposition (NFKD).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets as random
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fulfilment.adapters.base import Forged, Malformed, moment_of, text_of
from fulfilment.models import Shipment
from fulfilment.reports import Report

HEADER = "x-hmac-signature"
PREFIX = "hmac-sha256-hex="
TYPES = ("tracker.created", "tracker.updated")
# Details of one tracker: a parcel's whole way has some dozens.
MOST = 100
Status = Shipment.Status
# What is not here says nothing of where the parcel is: that a label was printed, or that they do
# not know.
STEPS: dict[str, str] = {
    "in_transit": Status.IN_TRANSIT,
    "out_for_delivery": Status.OUT_FOR_DELIVERY,
    "available_for_pickup": Status.READY_FOR_PICKUP,
    "delivered": Status.DELIVERED,
    "return_to_sender": Status.RETURNED,
    "failure": Status.FAILED_ATTEMPT,
    "cancelled": Status.EXCEPTION,
}


class EasyPost:
    def new_secret(self) -> str:
        return random.token_urlsafe(32)

    def verify(self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
        given = {name.lower(): value for name, value in headers.items()}.get(HEADER, "")
        if not given:
            raise Forged("X-Hmac-Signature is missing")
        if not any(hmac.compare_digest(given.encode(), sign(body, each)) for each in secrets):
            raise Forged("X-Hmac-Signature does not match")

    def message_id(self, content: Mapping[str, Any], headers: Mapping[str, str]) -> str:
        found = text_of(content, "id")
        if not found:
            raise Malformed("id: an event has one")
        return found

    def reports(self, content: Mapping[str, Any]) -> list[Report]:
        if content.get("description") not in TYPES:
            return []
        tracker = content.get("result")
        if not isinstance(tracker, dict) or not text_of(tracker, "tracking_code", where="result."):
            raise Malformed("result.tracking_code is needed")
        details = tracker.get("tracking_details") or []
        if not isinstance(details, list):
            raise Malformed("result.tracking_details: a list is needed")
        if len(details) > MOST:
            raise Malformed(f"result.tracking_details: a list of at most {MOST} is needed")
        found = [
            _detail(tracker, each, where=f"result.tracking_details[{place}]")
            for place, each in enumerate(details)
        ]
        found.sort(key=lambda report: report.happened_at)
        return [*found, *_summary(tracker, found)]


def sign(body: bytes, secret: str) -> bytes:
    """The header that EasyPost sends with `body`."""
    key = unicodedata.normalize("NFKD", secret).encode()
    return (PREFIX + hmac.new(key, body, hashlib.sha256).hexdigest()).encode()


def _detail(tracker: Mapping[str, Any], detail: Any, *, where: str) -> Report:
    if not isinstance(detail, dict):
        raise Malformed(f"{where}: an object is needed")
    place = detail.get("tracking_location") or {}
    if not isinstance(place, dict):
        raise Malformed(f"{where}.tracking_location: an object is needed")
    names = [text_of(place, name, where=f"{where}.") for name in ("city", "state", "country")]
    return _report(
        tracker,
        status=text_of(detail, "status", where=f"{where}."),
        said=text_of(detail, "message", where=f"{where}."),
        at=text_of(detail, "datetime", where=f"{where}."),
        place=", ".join(filter(None, names)),
        where=f"{where}.datetime",
    )


def _summary(tracker: Mapping[str, Any], found: Sequence[Report]) -> Iterator[Report]:
    """What the tracker as a whole says where none of its details does."""
    status = text_of(tracker, "status", where="result.")
    if status in STEPS and status not in {report.status for report in found}:
        at = text_of(tracker, "updated_at", where="result.")
        yield _report(tracker, status=status, said="", at=at, place="", where="result.updated_at")


def _report(
    tracker: Mapping[str, Any], *, status: str, said: str, at: str, place: str, where: str
) -> Report:
    """Details have no id of their own: what they say, where and when is one."""
    words = "\n".join((at, status, said, place))
    return Report(
        tracking_number=text_of(tracker, "tracking_code", where="result."),
        external_id=hashlib.sha256(words.encode()).hexdigest(),
        status=status,
        moves_to=STEPS.get(status, ""),
        description=said,
        place=place,
        happened_at=moment_of(at, where=where),
    )
