"""The one place that speaks to subscribers' machines. No database."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from requests import PreparedRequest, RequestException
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.exceptions import HTTPError

from webhooks.addresses import is_public

CONNECT_SECONDS, READ_SECONDS = 5, 10
ANSWER_BYTES = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said; `status_code` None when it said nothing."""

    status_code: int | None
    text: str

    @property
    def accepted(self) -> bool:
        return self.status_code is not None and 200 <= self.status_code < 300

    @property
    def gone(self) -> bool:
        """The receiver wants no more, ever (the specification's 410)."""
        return self.status_code == 410


class PublicOnly(IPFilterAdapter):
    """Connects to the address that was resolved once, if that is of the public internet."""

    def build_connection_pool_key_attributes(
        self,
        request: PreparedRequest,
        verify: bool | str,  # noqa: FBT001  its signature
        cert: str | tuple[str, str] | None = None,
    ) -> Any:
        # The filter that is underneath knows what is private, and lets through what is neither.
        where, how = super().build_connection_pool_key_attributes(request, verify, cert)
        ip = ip_address(where["host"].strip("[]"))
        if not is_public(ip):
            raise InvalidIPAddress(ip)
        return where, how


def post(url: str, body: str, *, headers: dict[str, str]) -> Answer:
    """POST the JSON text `body` to `url`; never raises for what the other side does.

    The host is resolved once, refused if its address is private, loopback or otherwise not of the
    public internet, and that very address is connected to, so a name cannot change in between.
    Redirects are not followed. At most `ANSWER_BYTES` of the answer are read.
    """
    try:
        with _session() as session:
            response = session.post(
                url,
                data=body.encode(),
                headers={"Content-Type": "application/json", **headers},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            )
            with response:
                # As it came: an answer that unpacks to gigabytes is not unpacked.
                start = response.raw.read1(ANSWER_BYTES, decode_content=False)
            return Answer(response.status_code, _printable(start))
    except SoftTimeLimitExceeded:
        return Answer(None, "the answer came too slowly")
    except InvalidIPAddress:
        # Which one it is would tell a subscriber what names mean inside our network.
        return Answer(None, "InvalidIPAddress: not of the public internet")
    except (RequestException, HTTPError, OSError, ValueError) as error:
        return Answer(None, f"{type(error).__name__}: {error}"[:ANSWER_BYTES])


def _session() -> HTTPSession:
    session = HTTPSession(
        Config(
            ip_filter_enable=not settings.WEBHOOK_PRIVATE_HOSTS,
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=(CONNECT_SECONDS, READ_SECONDS),
            user_agent_override="Etal-Webhooks/1",
        )
    )
    if not settings.WEBHOOK_PRIVATE_HOSTS:
        for scheme in ("http", "https"):
            session.mount(f"{scheme}://", PublicOnly(is_https_proto=scheme == "https"))
    # No proxy of the environment (it would resolve names itself) and no password out of .netrc.
    session.trust_env = False
    return session


def _printable(start: bytes) -> str:
    return start.decode(errors="replace").replace("\x00", "")[:ANSWER_BYTES]
