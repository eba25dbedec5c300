"""How EMAIL_URL says where mails go, and whether anybody on the way can read them."""

from __future__ import annotations

import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.smtp import EmailBackend

from shopping.mail_server import MailServer, mail_server


@pytest.mark.parametrize(
    ("url", "port", "tls", "starttls"),
    [
        ("smtps://mail.example", 465, True, False),
        ("smtps://mail.example:8465", 8465, True, False),
        ("smtp://mail.example:587", 587, False, True),
        ("smtp://mail.example:2525?starttls=true", 2525, False, True),
        ("smtp://mail.example?starttls=true", 25, False, True),
        ("smtp://mail.example", 25, False, False),
        ("smtp://mail.example:587?starttls=false", 587, False, False),
    ],
)
def test_the_scheme_and_port_say_how_it_is_encrypted(
    url: str, port: int, *, tls: bool, starttls: bool
) -> None:
    assert mail_server(url) == MailServer("mail.example", port, "", "", tls, starttls)


def test_a_name_and_password_with_signs_in_them_arrive_whole() -> None:
    found = mail_server("smtps://shop%40example:p%2Fss%3Aw%40rd@mail.example")
    assert (found.user, found.password) == ("shop@example", "p/ss:w@rd")


@pytest.mark.parametrize(
    "url",
    [
        *("mail.example", "http://mail.example", "smtp://", "submission://mail.example:587"),
        *("smtp://mail.example?starttls=maybe", "smtp://mail.example?tls=true"),
        "smtps://mail.example?starttls=true",
    ],
)
def test_what_is_no_mail_server_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(ValueError, match="EMAIL_URL has to be smtps://"):
        mail_server(url)


@pytest.mark.parametrize(
    ("url", "speaks"),
    [
        ("smtps://mail.example", smtplib.SMTP_SSL),
        ("smtp://mail.example:587", smtplib.SMTP),
    ],
)
def test_django_takes_it_so(url: str, speaks: type) -> None:
    found = mail_server(url)
    backend = mail.get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=found.host,
        port=found.port,
        use_ssl=found.tls,
        use_tls=found.starttls,
    )
    assert isinstance(backend, EmailBackend)
    assert backend.connection_class is speaks
