"""What stands above the order in a message to a platform's webhook: who says it, when, and signed.

https://ucp.dev/2026-04-08/specification/order: order event webhook, required headers.
"""

from __future__ import annotations

from protocols import digests, signatures, structured
from protocols.signatures import Message
from protocols.ucp import signing_keys
from protocols.ucp.discovery import profile_url
from webhooks.messages import CONTENT_TYPE, USER_AGENT
from webhooks.models import Delivery

COVERED = ("@method", "@authority", "@path")
COVERED_HEADERS = (
    *("ucp-agent", "webhook-id", "webhook-timestamp", "content-digest", "content-type"),
)


def headers(delivery: Delivery, text: str) -> dict[str, str]:
    """The headers of each attempt: only the signature differs from one to the next."""
    event = delivery.event
    said = {
        "Content-Type": CONTENT_TYPE,
        "User-Agent": USER_AGENT,
        "UCP-Agent": structured.written({"profile": (profile_url(), {})}),
        "Webhook-Id": str(event.public_id),
        "Webhook-Timestamp": str(int(event.created_at.timestamp())),
        "Content-Digest": digests.content_digest(text.encode()),
    }
    url = delivery.endpoint.url
    lower = {name.lower(): value for name, value in said.items()}
    message = Message(method="POST", url=url, headers=lower)
    query = ("@query",) if "?" in url else ()
    covered = (*COVERED, *query, *COVERED_HEADERS)
    return said | signatures.sign(message, signing_keys.current(), covered)
