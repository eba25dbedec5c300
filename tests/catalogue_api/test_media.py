"""Pictures: sent, or fetched from an address that is checked."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import Settings

from catalogue.api.shapes import MediaShape
from catalogue.models import ProductImage
from partners import keys
from partners.scopes import FOR_SHOPS
from tests.catalogue_api.conftest import PRODUCTS, Call
from tests.catalogue_api.test_products import assert_as_shaped
from tests.shops import Cast
from webhooks import fetching


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def jpeg(width: int = 40) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, 30), "coral").save(content, "JPEG")
    return content.getvalue()


def upload(world: Cast, **more: Any) -> Any:
    secret = keys.make(
        name="k", scopes=FOR_SHOPS, made_by=world.plage.owner, merchant=world.plage.merchant
    )[1]
    data = {"file": SimpleUploadedFile("../x.php", jpeg(), "image/jpeg"), "alt": "A pair", **more}
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "once"}
    return Client().post(of(world), data, headers=headers)


def send(secret: str, address: str, content: bytes, *, boundary: str) -> Any:
    """The same form with one file, as a client writes it that makes up this `boundary`."""
    parts = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    return Client().post(
        address,
        parts + content + f"\r\n--{boundary}--\r\n".encode(),
        content_type=f'multipart/form-data; boundary="{boundary}"',
        headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "once"},
    )


def of(world: Cast) -> str:
    return f"{PRODUCTS}{world.plage.product.public_id}/media/"


def test_a_file_is_drawn_anew_and_shown(world: Cast, plage: Call) -> None:
    made = upload(world, variant_id=str(world.plage.variant.public_id))
    assert made.status_code == 201, made.json()
    shown = made.json()
    assert_as_shaped(MediaShape(), shown)
    assert (shown["alt"], shown["width"], shown["height"]) == ("A pair", 40, 30)
    assert shown["url"].endswith(".jpg")
    assert shown["variant_id"] == str(world.plage.variant.public_id)
    assert plage("get", of(world)).json()["data"] == [shown]


def test_pictures_are_put_in_order_described_and_removed(world: Cast, plage: Call) -> None:
    for number in range(3):
        ProductImage.objects.create(
            product=world.plage.product, file=f"products/{number}.jpg", position=number
        )
    first, _second, third = plage("get", of(world)).json()["data"]
    address = f"/api/v1/media/{third['id']}/"
    seen = plage("get", address)["ETag"]
    change = {"position": 0, "alt": "From above"}
    done = plage("patch", address, change, **{"If-Match": seen})
    assert (done.json()["position"], done.json()["alt"]) == (0, "From above")
    assert plage("patch", address, change, **{"If-Match": seen}).status_code == 412
    foreign = {"variant_id": str(world.rayon.variant.public_id)}
    assert plage("patch", address, foreign).status_code == 422
    assert plage("delete", f"/api/v1/media/{first['id']}/").status_code == 204
    assert plage("get", f"/api/v1/media/{first['id']}/").status_code == 404
    page = plage("get", f"{of(world)}?limit=1").json()
    rest = plage("get", page["next"].partition("testserver")[2]).json()
    assert (len(page["data"]), len(rest["data"]), rest["next"]) == (1, 1, None)


def test_a_picture_is_fetched_from_its_address(
    world: Cast, plage: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fetch(url: str, *, most: int) -> bytes:
        asked.append((url, most))
        return jpeg(60)

    monkeypatch.setattr(fetching, "fetch", fetch)
    made = plage("post", of(world), {"url": "https://cdn.example.org/a.jpg", "alt": "A pair"})
    assert made.status_code == 201
    assert (made.json()["width"], made.json()["source_url"]) == (
        60,
        "https://cdn.example.org/a.jpg",
    )
    assert asked == [("https://cdn.example.org/a.jpg", 5 * 1024 * 1024)]


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/a.jpg",
        "https://localhost:5432/a.jpg",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/a.jpg",
        "https://user:word@cdn.example.org/a.jpg",
        "ftp://cdn.example.org/a.jpg",
    ],
)
def test_no_address_leads_into_our_network(
    world: Cast, plage: Call, settings: Settings, url: str
) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = False
    answer = plage("post", of(world), {"url": url})
    assert (answer.status_code, answer.json()["code"]) == (422, "unreachable")
    assert not world.plage.product.images.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"url": "nonsense"}, 400), ({"file": "a", "url": "https://a.example/"}, 400)],
)
def test_a_picture_is_a_file_or_an_address(
    world: Cast, plage: Call, body: dict[str, str], status: int
) -> None:
    assert plage("post", of(world), body).status_code == status


def test_what_is_no_picture_is_refused(world: Cast, plage: Call) -> None:
    made = upload(world, file=SimpleUploadedFile("a.jpg", b"<svg/>", "image/jpeg"))
    assert made.status_code == 400
    large = upload(world, file=SimpleUploadedFile("a.jpg", b"x" * (7 * 1024 * 1024), "image/jpeg"))
    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    assert not world.plage.product.images.exists()


def test_the_same_form_again_is_the_same_call_whatever_is_between_its_parts(world: Cast) -> None:
    secret = keys.make(
        name="k", scopes=FOR_SHOPS, made_by=world.plage.owner, merchant=world.plage.merchant
    )[1]
    first = send(secret, of(world), jpeg(), boundary="f1a7")
    again = send(secret, of(world), jpeg(), boundary="0b3e55")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert ProductImage.objects.filter(product=world.plage.product).count() == 1
    other = send(secret, of(world), jpeg(41), boundary="f1a7")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
