"""What EMAIL_URL says of the server that takes our mails."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit


class MailServer(NamedTuple):
    """Where mails go; `tls` from the first byte on, or by the command STARTTLS, or neither."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool


def mail_server(url: str) -> MailServer:
    """What an `smtps://` or `smtp://` URL says; percent-encoded parts are decoded.

    `smtps://` speaks TLS from the first byte on (port 465 where none is named). `smtp://` (port 25)
    asks for STARTTLS where the URL ends in `?starttls=true`, and on port 587, which is for that,
    unless it ends in `?starttls=false`. Raises ValueError, with a sentence, for any other URL.
    """
    parts = urlsplit(url)
    tls, host = parts.scheme == "smtps", parts.hostname or ""
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    known = set() if tls else {"starttls"}
    starttls = asked.get("starttls", "true" if parts.port == 587 else "false")
    said_well = set(asked) <= known and starttls in {"true", "false"}
    if parts.scheme not in {"smtp", "smtps"} or not host or not said_well:
        raise ValueError(
            "EMAIL_URL has to be smtps://user:password@host:465 or smtp://user:password@host:587,"
            " the latter perhaps with ?starttls=true or false"
        )
    return MailServer(
        host=host,
        port=parts.port or (465 if tls else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        starttls=not tls and starttls == "true",
    )
