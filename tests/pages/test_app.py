"""What makes Étal installable: its manifest, its icons, and where its worker is served from."""

from __future__ import annotations

import math
import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image

from feeds.views.app import PAPER

pytestmark = pytest.mark.django_db
PAPER_IN_CSS = re.compile(r"--paper:\s*light-dark\(oklch\(([^)]+)\),\s*oklch\(([^)]+)\)\)")


def hexadecimal(oklch: str) -> str:
    """As browsers show it (CSS Color 4, sections 9.4 and 10)."""
    lightness, chroma, hue = map(float, oklch.split())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    cones = [
        (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3,
        (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3,
        (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3,
    ]
    matrix = [
        (4.0767416621, -3.3077115913, 0.2309699292),
        (-1.2684380046, 2.6097574011, -0.3413193965),
        (-0.0041960863, -0.7034186147, 1.7076147010),
    ]
    text = "#"
    for row in matrix:
        light = sum(factor * cone for factor, cone in zip(row, cones, strict=True))
        shown = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
        text += f"{round(255 * min(1, max(0, shown))):02x}"
    return text


def test_the_manifest_says_what_an_app_needs(client: Client) -> None:
    answer = client.get("/manifest.webmanifest?language=fr")
    assert answer["Content-Type"] == "application/manifest+json"
    content = answer.json()
    assert content["lang"] == "fr"
    assert content["description"].startswith("Les posts")
    assert content["display"] == "standalone"
    assert client.get(content["start_url"]).status_code == 200
    assert {icon["sizes"] for icon in content["icons"]} == {"192x192", "512x512"}
    assert "maskable" in {icon["purpose"] for icon in content["icons"]}
    for icon in content["icons"]:
        path = finders.find(icon["src"].removeprefix(settings.STATIC_URL))
        assert isinstance(path, str)
        with Image.open(path) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
            assert picture.format == "PNG"


def test_the_pages_name_it_and_the_colours_are_those_of_the_style_sheet(client: Client) -> None:
    path = finders.find("tokens.css")
    assert isinstance(path, str)
    with open(path, encoding="utf-8") as file:
        found = PAPER_IN_CSS.search(file.read())
    assert found
    assert {"light": hexadecimal(found[1]), "dark": hexadecimal(found[2])} == PAPER
    page = client.get("/").content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest?language=en">' in page
    for colour in PAPER.values():
        assert f'content="{colour}"' in page


def test_the_worker_is_served_from_the_root_and_always_looked_up(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert "Pas de réseau" in client.get("/offline/?language=fr").content.decode()
