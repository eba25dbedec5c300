"""Étal's own format, for whoever writes to us by themselves; docs/carriers.md describes it.

Signed as the Standard Webhooks specification has it:
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from fulfilment.adapters.base import Forged, Malformed, moment_of, text_of
from fulfilment.models import Shipment
from fulfilment.reports import Report
from shopping.ids import uuid_of
from webhooks.signing import new_secret

TYPE = "tracking.reported"
MOST = 100
# Something to show the shopper that is no step.
NOTE = "note"
STEPS = frozenset(Shipment.Status.values) - {Shipment.Status.DISPATCHED}


class Generic:
    def new_secret(self) -> str:
        return new_secret()

    def verify(self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
        given = {name.lower(): value for name, value in headers.items()}
        why = "the signature does not match"
        for secret in secrets:
            try:
                Webhook(secret).verify(body, given, json_parse=False)
            except WebhookVerificationError as error:
                why = str(error)
            except ValueError:
                # Not in the form of a signature, or not even text.
                why = "the signature cannot be read"
            else:
                return
        raise Forged(why)

    def message_id(self, content: Mapping[str, Any], headers: Mapping[str, str]) -> str:
        return headers["webhook-id"]

    def reports(self, content: Mapping[str, Any]) -> list[Report]:
        if content.get("type") != TYPE:
            return []
        found = content.get("reports")
        if not isinstance(found, list) or not 1 <= len(found) <= MOST:
            raise Malformed(f"reports: a list of 1 to {MOST} is needed")
        read = [_report(each, where=f"reports[{place}]") for place, each in enumerate(found)]
        return sorted(read, key=lambda report: report.happened_at)


def _report(content: Any, *, where: str) -> Report:
    if not isinstance(content, dict):
        raise Malformed(f"{where}: an object is needed")
    number, shipment = (text_of(content, name, where=f"{where}.") for name in NAMES)
    if bool(number) == bool(shipment):
        raise Malformed(f"{where}: either tracking_number or shipment is needed")
    public_id = uuid_of(shipment) if shipment else None
    if shipment and public_id is None:
        raise Malformed(f"{where}.shipment: a UUID is needed")
    status = text_of(content, "status", where=f"{where}.")
    if status not in {*STEPS, NOTE}:
        raise Malformed(f"{where}.status: one of {', '.join(sorted({*STEPS, NOTE}))} is needed")
    happened_at = moment_of(
        text_of(content, "happened_at", where=f"{where}."), where=f"{where}.happened_at"
    )
    return Report(
        tracking_number=number,
        shipment=public_id,
        external_id=text_of(content, "id", where=f"{where}.")
        or f"{happened_at.isoformat()} {status}",
        status=status,
        moves_to="" if status == NOTE else status,
        description=text_of(content, "description", where=f"{where}."),
        place=text_of(content, "place", where=f"{where}."),
        happened_at=happened_at,
    )


NAMES = ("tracking_number", "shipment")
