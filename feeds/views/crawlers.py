"""What search engines ask for before they read anything."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from feeds import crawlers, sitemaps
from shopping import made_files
from shopping.absolute import absolute

HOUR = 3600
XML = "application/xml; charset=utf-8"


@require_safe
@conditional_page
@cache_control(max_age=HOUR, public=True)
def robots(request: HttpRequest) -> HttpResponse:
    text = crawlers.robots(absolute(reverse("feeds:sitemap")))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """The index; at most an hour old, as the files are that it names."""
    made = made_files.current("sitemaps/index", seconds=HOUR, pieces=sitemaps.index)
    return made_files.answer(request, made, content_type=XML, seconds=HOUR)


@require_safe
def sitemap_file(request: HttpRequest, section: str, number: int) -> HttpResponseBase:
    """One file; 404 where nothing would be in it, so that nobody has files made at will."""
    name = sitemaps.name_of(section, number)
    if section not in sitemaps.SECTIONS or number > sitemaps.HIGHEST:
        raise Http404
    if made_files.kept(name) is None and not sitemaps.holds(section, number):
        raise Http404
    pieces = partial(sitemaps.file, section, number)
    made = made_files.current(name, seconds=HOUR, pieces=pieces)
    return made_files.answer(request, made, content_type=XML, seconds=HOUR)
