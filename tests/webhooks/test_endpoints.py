"""Which subscriptions are taken."""

import base64

import pytest
from django.core.exceptions import ValidationError

from webhooks import endpoints
from webhooks.models import Endpoint

pytestmark = pytest.mark.django_db


def test_an_endpoint_gets_a_secret_of_32_random_bytes():
    first = endpoints.create("https://plage.example/hooks", merchant_id=None)
    second = endpoints.create("https://plage.example/hooks", merchant_id=None)
    assert first.secret.startswith("whsec_")
    assert len(base64.b64decode(first.secret.removeprefix("whsec_"))) == 32
    assert first.secret != second.secret


@pytest.mark.parametrize(
    "url",
    [
        "",
        "plage.example/hooks",
        "ftp://plage.example/",
        "http://plage.example/hooks",
        "https://",
        "https://me:word@plage.example/",
        "https://plage.example/#here",
        "https://plage.example:99999/",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_will_not_do_is_refused(url, settings):
    settings.DEBUG = False
    with pytest.raises(ValidationError):
        endpoints.create(url, merchant_id=None)
    assert not Endpoint.objects.exists()


def test_plain_http_is_for_development_alone(settings):
    settings.DEBUG = True
    assert endpoints.create("http://127.0.0.1:9000/", merchant_id=None).pk


def test_a_type_that_no_event_has_is_refused():
    with pytest.raises(ValidationError, match=r"order\.payed"):
        endpoints.create("https://plage.example/", merchant_id=None, types=["order.payed"])
    assert not Endpoint.objects.exists()
