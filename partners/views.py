"""The pages for developers: the reference, the codes of problems, a walk-through. In English, as code is."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners import error_words, reference
from partners.walkthrough import programs


@require_safe
def developers(request: HttpRequest) -> HttpResponse:
    context = {"nouns": reference.nouns(), "title": "Developers"}
    return render(request, "partners/developers.html", context)


@require_safe
def noun(request: HttpRequest, noun: str) -> HttpResponse:
    """All calls of one noun."""
    nouns = reference.nouns()
    if noun not in nouns:
        raise Http404
    context = {"nouns": nouns, "noun": noun, "calls": nouns[noun], "title": noun}
    return render(request, "partners/reference.html", context)


@require_safe
def errors(request: HttpRequest) -> HttpResponse:
    context = {"nouns": reference.nouns(), "codes": error_words.codes(), "title": "Errors"}
    return render(request, "partners/errors.html", context)


@require_safe
def walkthrough(request: HttpRequest) -> HttpResponse:
    context = {"nouns": reference.nouns(), "programs": programs(), "title": "Walk-through"}
    return render(request, "partners/walkthrough.html", context)
