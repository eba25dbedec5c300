"""What a request says of its host changes no link, no mail and no count."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache

from accounts.models import OutgoingMail
from tests.shops import person

OURS = ("localhost:8000", "localhost", "127.0.0.1:8000")
FOREIGN = ("localhost:3", "localhost:80", "[::1]:6666", "localhost:8000x")


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize("host", OURS)
def test_the_site_answers_on_its_own_port(client, db, host):
    assert client.get("/healthz/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", FOREIGN)
def test_another_port_is_refused_with_the_address(client, db, host):
    refused = client.get("/", headers={"host": host})
    assert refused.status_code == 400
    assert refused.content == b"This site answers on http://localhost:8000 only.\n"


def test_no_mail_leads_to_another_port(client, db):
    person("mai")
    words = {"email": "mai@people.example"}
    client.post("/accounts/password/reset/", words, headers={"host": "localhost:6666"})
    assert not OutgoingMail.objects.exists()
    client.post("/accounts/password/reset/", words, headers={"host": "localhost:8000"})
    mail = OutgoingMail.objects.get()
    assert set(re.findall(r"https?://[^/\s]+", mail.text)) == {"http://localhost:8000"}


def test_a_script_name_moves_no_link(client, db):
    """Some servers take it from a header that anybody may send."""
    page = client.get("/", SCRIPT_NAME="/evil").content.decode()
    assert "/evil" not in page
    assert 'href="/explore/"' in page
