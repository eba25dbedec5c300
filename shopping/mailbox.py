"""Development only: reads in the browser the mails that Django's file backend kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from csp.constants import NONE, SELF
from csp.decorators import csp, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.timezone import make_aware
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

# What django.core.mail.backends.filebased writes behind each mail.
SEPARATOR = b"\n" + b"-" * 79 + b"\n"
SHOWN = 100
# Styles of mails stand in their elements; scripts, forms and foreign content get nothing.
LETTER_POLICY = {
    "default-src": [NONE],
    "style-src": ["'unsafe-inline'"],
    "img-src": [SELF, "data:"],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}


@dataclass(frozen=True, slots=True)
class KeptMail:
    """`key` is its place among the kept ones: the file's name and the number in it."""

    key: str
    kept_at: datetime
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


def kept() -> list[KeptMail]:
    """The kept mails, the newest first; a mail that is still being written is left out."""
    files = sorted(Path(settings.MAIL_DIR).glob("*.log"), key=_age, reverse=True)
    mails: list[KeptMail] = []
    for file in files:
        whole = file.read_bytes().split(SEPARATOR)[:-1]
        at = make_aware(datetime.fromtimestamp(_age(file)))  # noqa: DTZ006 – made aware here
        mails += [
            KeptMail(f"{file.stem}.{number}", at, _parse(raw))
            for number, raw in reversed(list(enumerate(whole)))
        ]
        if len(mails) >= SHOWN:
            break
    return mails[:SHOWN]


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    return render(request, "shopping/mailbox.html", {"mails": kept()})


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # knows no arguments
def letter(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "shopping/letter.html", {"mail": _find(key)})


@require_safe
@xframe_options_sameorigin
@csp(LETTER_POLICY)  # type: ignore[arg-type]  # knows no arguments
def html_part(request: HttpRequest, key: str) -> HttpResponse:
    """The mail's own HTML, under a policy that runs nothing; its links leave the frame."""
    return HttpResponse(_find(key).html.replace("<head>", '<head><base target="_top">', 1))


def _find(key: str) -> KeptMail:
    for mail in kept():
        if mail.key == key:
            return mail
    raise Http404


def _parse(raw: bytes) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(raw)


def _age(file: Path) -> float:
    return file.stat().st_mtime


app_name = "mailbox"
urlpatterns = [
    path("", inbox, name="inbox"),
    path("<str:key>/", letter, name="letter"),
    path("<str:key>/html/", html_part, name="html"),
]
