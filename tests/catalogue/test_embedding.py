"""The sites that may show a shop's cards: what counts as one, and how many there may be."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from catalogue import embedding
from catalogue.models import EmbedOrigin, Merchant
from tests.shops import open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def plage(db: None) -> Merchant:
    return open_shop("plage")


@pytest.mark.parametrize(
    ("said", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        (" HTTPS://WWW.Example.COM/ ", "https://www.example.com"),
        ("https://example.com:443", "https://example.com"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("https://mâcon.example", "https://xn--mcon-boa.example"),
    ],
)
def test_a_site_is_kept_as_browsers_write_it(said: str, origin: str) -> None:
    assert embedding.tidy(said) == origin


@pytest.mark.parametrize(
    "said",
    [
        "",
        "example.com",
        "//example.com",
        "http://example.com",
        "ftp://example.com",
        "https://",
        "https://*.example.com",
        "https://example.com/blog",
        "https://example.com/?a",
        "https://example.com/#a",
        "https://mai@example.com",
        "https://:word@example.com",
        "https://example.com https://other.example",
        "https://example.com; script-src *",
        "https://example.com,https://other.example",
        "https://example.com\nX-Frame-Options: ALLOWALL",
        "https://93.184.216.34",
        "https://localhost",
        "http://127.0.0.1:8000",
        "http://[::1]",
        "https://example.com:99999",
        f"https://{'a' * 64}.example",
        "javascript:alert(1)",
        "null",
    ],
)
def test_what_is_no_site_is_refused(said: str) -> None:
    with pytest.raises(ValidationError):
        embedding.tidy(said)


@pytest.mark.parametrize(
    "said", ["http://localhost:3000", "http://127.0.0.1:8001", "http://[::1]:8001"]
)
def test_this_machine_counts_in_development_alone(said: str, settings) -> None:
    settings.DEBUG = True
    assert embedding.tidy(said) == said
    with pytest.raises(ValidationError):
        embedding.tidy("http://example.com")


def test_a_site_is_listed_once_a_shop(plage: Merchant) -> None:
    embedding.allow(EmbedOrigin(merchant=plage, origin="https://blog.example/"))
    embedding.allow(EmbedOrigin(merchant=open_shop("rayon"), origin="https://blog.example"))
    with pytest.raises(ValidationError, match="already"):
        embedding.allow(EmbedOrigin(merchant=plage, origin="https://blog.example"))
    assert embedding.origins_of(plage.pk) == ["https://blog.example"]


def test_a_list_ends(plage: Merchant, monkeypatch) -> None:
    monkeypatch.setattr(embedding, "MOST", 1)
    embedding.allow(EmbedOrigin(merchant=plage, origin="https://one.example"))
    with pytest.raises(ValidationError, match="at most 1"):
        embedding.allow(EmbedOrigin(merchant=plage, origin="https://two.example"))


@pytest.mark.parametrize("origin", ["https://a.example; sandbox", "https://*.example", "null"])
def test_the_database_keeps_what_ends_a_directive_out(plage: Merchant, origin: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        EmbedOrigin.objects.create(merchant=plage, origin=origin)
