"""Étal as an app of one's own device: its manifest, its service worker, and the page without a network."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# --paper of tokens.css: what surrounds the page before it is there.
PAPER = {"light": "#f0f6f1", "dark": "#08100d"}
# What the page without a network is made of.
OFFLINE = (
    "tokens.css",
    "ui.css",
    "icons.svg",
    "favicon.svg",
    "fonts/figtree-latin-wght.woff2",
    "fonts/bricolage-latin-wght.woff2",
)
ICONS = (("any", 192), ("any", 512), ("maskable", 512))
HOUR = 3600


def _language(request: HttpRequest) -> str:
    """The one that the address asks for, else the visitor's: no cookie comes with such requests."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE


@require_safe
@cache_control(max_age=HOUR, public=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a device needs to know to keep Étal beside its apps (W3C Web Application Manifest)."""
    language = _language(request)
    with translation.override(language):
        content = {
            "id": "/",
            "name": "Étal",
            "short_name": "Étal",
            "description": _("Posts from shops and people, and what they carry."),
            "lang": language,
            "dir": "ltr",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": PAPER["light"],
            "theme_color": PAPER["light"],
            "categories": ["shopping", "social"],
            "icons": [
                {
                    "src": static(f"icons/{purpose}-{size}.png"),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": purpose,
                }
                for purpose, size in ICONS
            ],
            "shortcuts": [
                {"name": _("New post"), "url": reverse("feeds:new")},
                {"name": _("Your orders"), "url": reverse("checkout:orders")},
                {"name": _("Notifications"), "url": reverse("feeds:notifications")},
            ],
        }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. At the root, so that it may look after every page."""
    script = _script.__wrapped__() if settings.DEBUG else _script()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@cache
def _script() -> str:
    """The worker's text. What it keeps is under a name that changes with our static files and the
    offline page, so a new release leaves nothing old behind."""
    pages = {
        code: f"{reverse('feeds:offline')}?language={code}" for code in dict(settings.LANGUAGES)
    }
    version = hashlib.sha256(getattr(staticfiles_storage, "manifest_hash", "").encode())
    for code in pages:
        version.update(_offline_page(code).encode())
    facts = {
        "version": version.hexdigest()[:16],
        "assets": json.dumps([*pages.values(), *(static(name) for name in OFFLINE)]),
        "pages": json.dumps(pages),
        "static": settings.STATIC_URL,
        # Only then does a file's address change with what is in it.
        "named_by_content": isinstance(staticfiles_storage, ManifestStaticFilesStorage),
    }
    return render_to_string("app/sw.js", facts)


@require_safe
@cache_control(max_age=HOUR, public=True)
def offline(request: HttpRequest) -> HttpResponse:
    """What the worker shows in place of a page that cannot be fetched; nothing of anybody's."""
    return HttpResponse(_offline_page(_language(request)))


def _offline_page(language: str) -> str:
    with translation.override(language):
        return render_to_string("app/offline.html", {"language": language})
