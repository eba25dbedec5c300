"""Pictures that a file names by their address are fetched, once, and what cannot be had is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Barrier, Thread
from typing import ClassVar

import pytest
from django.core.files.base import ContentFile
from django.db import connections
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from catalogue import picture_fetches, pictures
from catalogue.imports import import_products
from catalogue.models import Merchant, PictureFetch, ProductChange, ProductImage

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = "Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price,Image Src,Image Position\n"


def png() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(drawn, "PNG")
    return drawn.getvalue()


class Shop(BaseHTTPRequestHandler):
    """Where a merchant's pictures are now."""

    url: ClassVar[str]
    asked: ClassVar[list[str]]
    files: ClassVar[dict[str, bytes]]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        content = self.files.get(self.path)
        self.send_response(200 if content else 503)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def elsewhere(settings: Settings) -> Iterator[type[Shop]]:
    settings.DEBUG = True
    settings.WEBHOOK_PRIVATE_HOSTS = True

    class Here(Shop):
        asked: ClassVar[list[str]] = []
        files: ClassVar[dict[str, bytes]] = {}

    server = ThreadingHTTPServer(("127.0.0.1", 0), Here)
    Here.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Here
    server.shutdown()
    server.server_close()


def load(plage: Merchant, elsewhere: type[Shop], *paths: str, fetch: bool = True) -> None:
    rows = [f"mug,Mug,M-1,5,24.00,{elsewhere.url}{paths[0]},1"]
    rows += [f"mug,,,,,{elsewhere.url}{path},{n}" for n, path in enumerate(paths[1:], 2)]
    source = BytesIO((HEADER + "\n".join(rows) + "\n").encode())
    report = import_products(plage, source, currency="EUR", fetch_pictures=fetch)
    assert report.errors == []


def image(elsewhere: type[Shop], path: str) -> ProductImage:
    return ProductImage.objects.get(source_url=elsewhere.url + path)


def make_due() -> None:
    PictureFetch.objects.filter(next_at__isnull=False).update(next_at=timezone.now())


def test_they_arrive_drawn_anew_in_their_places(plage, elsewhere):
    elsewhere.files = {"/a.png": png(), "/b.png": png()}
    load(plage, elsewhere, "/a.png", "/b.png")
    assert picture_fetches.under_way(plage) == 2
    assert picture_fetches.work()
    first = image(elsewhere, "/a.png")
    assert (first.width, first.height, first.position) == (40, 30, 1)
    with first.file.open() as kept:
        assert Image.open(kept).getpixel((5, 5)) == (0, 128, 128)
    assert image(elsewhere, "/b.png").file
    assert not PictureFetch.objects.exists()
    assert not picture_fetches.work()
    assert sorted(elsewhere.asked) == ["/a.png", "/b.png"]
    assert ProductChange.objects.filter(changes__has_key="picture").count() == 2


def test_the_same_file_again_fetches_nothing(plage, elsewhere):
    elsewhere.files = {"/a.png": png()}
    load(plage, elsewhere, "/a.png")
    picture_fetches.work()
    load(plage, elsewhere, "/a.png")
    assert not picture_fetches.work()
    assert elsewhere.asked == ["/a.png"]


def test_what_does_not_answer_is_tried_again_ever_later_and_given_up(plage, elsewhere):
    load(plage, elsewhere, "/away.png")
    waited = []
    for _ in range(picture_fetches.MOST_ATTEMPTS):
        make_due()
        before = timezone.now()
        picture_fetches.work()
        fetch = PictureFetch.objects.get()
        waited.append(fetch.next_at and round((fetch.next_at - before) / timedelta(minutes=1)))
    assert waited == [1, 10, 60, None]
    assert fetch.error == "It answered 503."
    assert not picture_fetches.work()
    assert [each.source_url for each in picture_fetches.missing(plage)] == [
        elsewhere.url + "/away.png"
    ]


def test_what_is_no_picture_is_given_up_at_once(plage, elsewhere):
    elsewhere.files = {"/a.png": b"<html>Not found</html>", "/b.png": png()}
    load(plage, elsewhere, "/a.png", "/b.png")
    picture_fetches.work()
    fetch = PictureFetch.objects.get()
    assert (fetch.image, fetch.next_at) == (image(elsewhere, "/a.png"), None)
    assert fetch.error == "This is no JPEG, PNG, WebP or AVIF picture."
    assert image(elsewhere, "/b.png").file


def test_our_own_network_is_not_asked(plage, elsewhere, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = False
    settings.DEBUG = False
    load(plage, elsewhere, "/a.png")
    picture_fetches.work()
    assert "https" in PictureFetch.objects.get().error
    assert elsewhere.asked == []


def test_given_up_ones_are_tried_again_when_asked_and_those_nobody_ever_wanted(
    plage, rayon, elsewhere
):
    load(plage, elsewhere, "/a.png")
    load(rayon, elsewhere, "/r.png", fetch=False)
    PictureFetch.objects.update(next_at=None, attempts=4, error="It answered 503.")
    elsewhere.files = {"/a.png": png(), "/r.png": png()}
    assert (picture_fetches.again(plage), picture_fetches.again(plage)) == (1, 0)
    picture_fetches.work()
    assert elsewhere.asked == ["/a.png"]
    assert picture_fetches.again(rayon) == 1
    picture_fetches.work()
    assert image(elsewhere, "/r.png").file


def test_a_picture_that_its_product_lost_meanwhile_costs_the_others_nothing(
    plage, elsewhere, monkeypatch
):
    elsewhere.files = {"/a.png": png(), "/b.png": png()}
    load(plage, elsewhere, "/a.png", "/b.png")
    fetched = picture_fetches.fetching.fetch_all

    def and_lose(urls, *, most):
        found = fetched(urls, most=most)
        image(elsewhere, "/a.png").delete()
        return found

    monkeypatch.setattr(picture_fetches.fetching, "fetch_all", and_lose)
    picture_fetches.work()
    assert image(elsewhere, "/b.png").file
    assert not PictureFetch.objects.exists()


def test_workers_at_once_fetch_each_once(plage, elsewhere):
    paths = [f"/{number}.png" for number in range(20)]
    elsewhere.files = dict.fromkeys(paths, png())
    load(plage, elsewhere, *paths)
    start, failures = Barrier(4), []

    def work() -> None:
        try:
            start.wait()
            while picture_fetches.work():
                pass
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(elsewhere.asked) == sorted(paths)
    assert not ProductImage.objects.filter(file="").exists()


def test_a_worker_that_took_too_long_does_not_write_over_what_another_kept(plage, elsewhere):
    elsewhere.files = {"/a.png": png()}
    load(plage, elsewhere, "/a.png")
    slow = image(elsewhere, "/a.png")
    picture_fetches.work()
    kept = image(elsewhere, "/a.png").file.name
    pictures.fill(slow, content=ContentFile(png(), name="picture"))
    assert image(elsewhere, "/a.png").file.name == kept
    assert ProductChange.objects.filter(changes__has_key="picture").count() == 1
