"""Pictures of posts: what is kept of a file, what is refused, and when its files go."""

from __future__ import annotations

import struct
import zlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import User
from catalogue.models import Product
from feeds import decisions, limits, pictures, posts
from feeds.models import Draft, PendingImage, Post, PostImage
from shopping.limits import Limit
from tests.feeds.moderating import reported, staff

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F
QUARTER_TURN = 6


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def photo(
    name: str = "beach.jpg", kind: str = "JPEG", *, size: tuple[int, int] = (2000, 1000)
) -> SimpleUploadedFile:
    """Taken upright in Rennes: the left half is red as the camera lay."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[MAKER], exif[ORIENTATION] = "Camera of mine", QUARTER_TURN
    exif[GPS] = {1: "N", 2: (48.0, 6.0, 51.0)}
    file = BytesIO()
    image.save(file, kind, exif=exif)
    return SimpleUploadedFile(name, file.getvalue())


def bomb() -> SimpleUploadedFile:
    """A PNG of a few bytes that claims to be 100,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    body = (
        chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )
    return SimpleUploadedFile("bomb.png", b"\x89PNG\r\n\x1a\n" + body)


def moving() -> SimpleUploadedFile:
    file = BytesIO()
    frames = [Image.new("P", (60, 30), index) for index in (1, 2)]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    return SimpleUploadedFile("wave.gif", file.getvalue())


def test_a_post_shows_its_picture_upright_small_and_without_its_story(
    reader: Client, media: Path
) -> None:
    kept = reader.post("/posts/new/", {"body": "Look", "pictures": photo(), "add": "1"})
    assert kept.status_code == 200
    pending = PendingImage.objects.get()
    draft = Draft.objects.get()
    reader.post(
        "/posts/new/",
        {"draft": draft.key, "body": "Look", f"alt-{pending.public_id}": "A red beach"},
    )
    image = Post.objects.get().images.get()
    assert (image.width, image.height, image.alt) == (1000, 2000, "A red beach")
    assert list(image.files) == ["480", "960", "1000"]
    for width, name in image.files.items():
        data = (media / name).read_bytes()
        assert b"Camera of mine" not in data
        with Image.open(BytesIO(data)) as picture:
            assert picture.format == "WEBP"
            assert picture.size == (int(width), int(width) * 2)
            assert dict(picture.getexif()) == {}
            red, _green, blue = picture.convert("RGB").getpixel((10, 10))
            assert red > 200 > blue
    assert not PendingImage.objects.exists()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "JPEG"])
def test_a_picture_is_told_by_what_it_is(reader: Client, kind: str) -> None:
    """Its name lies; a small one is not blown up."""
    sent = photo("holiday.txt", kind, size=(60, 30))
    reader.post("/posts/new/", {"body": "Look", "pictures": sent})
    assert list(PostImage.objects.get().files) == ["30"]


def test_of_one_that_moves_the_first_frame_is_kept(reader: Client) -> None:
    reader.post("/posts/new/", {"body": "Look", "pictures": moving()})
    assert PostImage.objects.get().width == 60


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (lambda: SimpleUploadedFile("page.jpg", b"<script>alert(1)</script>"), "“page.jpg” is no"),
        (
            lambda: SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            "“x.svg”",
        ),
        (bomb, "“bomb.png” is no"),
        (lambda: SimpleUploadedFile("half.jpg", photo().read()[:9000]), "“half.jpg” is no"),
        (
            lambda: SimpleUploadedFile("big.jpg", b"x" * (pictures.LARGEST_BYTES + 1)),
            "“big.jpg” is larger than 7 MB.",
        ),
    ],
)
def test_a_refused_file_is_named_and_everything_else_stays(
    reader: Client, corniche: Product, file, sentence: str
) -> None:
    both = [photo("good.jpg", size=(60, 30)), file()]
    answer = reader.post(
        "/posts/new/", {"body": "Both", "products": [corniche.public_id], "pictures": both}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Both" in page
    assert f'value="{corniche.public_id}" checked' in page
    assert f'id="picture-{PendingImage.objects.get().public_id}"' in page
    assert not Post.objects.exists()


def test_a_fifth_picture_is_left_out_by_name(reader: Client) -> None:
    five = [photo(f"{number}.jpg", size=(40, 20)) for number in range(5)]
    answer = reader.post("/posts/new/", {"body": "Five", "pictures": five})
    assert answer.status_code == 422
    assert "four pictures at most: “4.jpg” was left out" in answer.content.decode()
    reader.post("/posts/new/", {"draft": Draft.objects.get().key, "body": "Four"})
    assert Post.objects.get().images.count() == 4


def test_the_script_sends_one_picture_at_a_time(reader: Client) -> None:
    key = "7655a719-5787-429d-9aa8-334e8934ce1c"
    kept = reader.post("/posts/pictures/", {"draft": key, "pictures": photo(size=(40, 20))})
    assert kept.status_code == 200
    assert f'name="alt-{PendingImage.objects.get().public_id}"' in kept.content.decode()
    refused = reader.post("/posts/pictures/", {"draft": key, "pictures": bomb()})
    assert refused.status_code == 422
    assert refused.content.decode().startswith("“bomb.png” is no")


def test_nobody_takes_anothers_picture(reader: Client, theo: User) -> None:
    reader.post("/posts/new/", {"body": "Mine", "pictures": photo(size=(40, 20)), "add": "1"})
    image, key = PendingImage.objects.get(), Draft.objects.get().key
    stranger = Client()
    stranger.force_login(theo)
    stranger.post("/posts/new/", {"draft": key, "body": "Theirs", "remove": image.public_id})
    stranger.post("/posts/new/", {"draft": key, "body": "Theirs", f"alt-{image.public_id}": "x"})
    image.refresh_from_db()
    assert (image.draft.user.handle, image.alt) == ("mai", "")
    assert Post.objects.get().images.count() == 0


def test_many_pictures_have_to_wait(reader: Client, settings, monkeypatch) -> None:
    settings.LIMIT_VISITORS = True
    monkeypatch.setattr(limits, "PICTURES", Limit("few-pictures", most=1, seconds=600))
    reader.post("/posts/pictures/", {"pictures": photo(size=(40, 20))})
    answer = reader.post("/posts/pictures/", {"pictures": photo(size=(40, 20))})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 600
    page = reader.post("/posts/new/", {"body": "Still here", "pictures": photo(size=(40, 20))})
    assert page.status_code == 429
    assert "Still here" in page.content.decode()


def test_files_go_with_what_showed_them(reader: Client, media: Path) -> None:
    def files() -> int:
        return len([path for path in media.rglob("*") if path.is_file()])

    reader.post("/posts/new/", {"body": "Kept", "pictures": photo(size=(40, 20))})
    reader.post("/posts/new/", {"body": "Gone", "pictures": photo(size=(40, 20))})
    reader.post("/posts/new/", {"body": "Draft", "pictures": photo(size=(40, 20)), "add": "1"})
    reader.post("/posts/new/", {"body": "No", "pictures": photo(size=(40, 20)), "add": "1"})
    reader.post(
        "/posts/new/", {"draft": Draft.objects.get(body="No").key, "discard": "1", "body": "No"}
    )
    posts.delete(Post.objects.get(body="Gone"))
    assert files() == 4
    assert pictures.sweep() == 1
    PendingImage.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert pictures.sweep() == 1
    assert files() == 2
    assert [image.post.body for image in PostImage.objects.all()] == ["Kept"]
    assert [image.draft.body for image in PendingImage.objects.all()] == ["Draft"]


def test_pictures_of_what_was_reported_stay_until_it_is_decided(
    reader: Client, theo: User, media: Path
) -> None:
    reader.post("/posts/new/", {"body": "Gone", "pictures": photo(size=(40, 20))})
    gone = Post.objects.get()
    case = reported(theo, post=gone)
    posts.delete(gone)
    assert pictures.sweep() == 0
    assert [path for path in media.rglob("*") if path.is_file()]
    decisions.dismiss(case, by=staff())
    assert pictures.sweep() == 1
