"""Language, theme and country of delivery: cookies, and for members the language of their mails."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import preferences
from feeds.requests import person, way_back
from shopping.own_forms import is_own_form
from shopping.preferences import COOKIE_SECONDS, COUNTRY_COOKIE, THEME_COOKIE, THEMES


def _set(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=COOKIE_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


# Without a CSRF token, so that a signed-out page can be one copy for everybody; what another site's
# page sends changes nothing.
@csrf_exempt
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep what was chosen and go back; a value that is none of ours changes nothing."""
    response = HttpResponseRedirect(way_back(request, default="/"))
    if not is_own_form(request):
        return response
    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        _set(response, settings.LANGUAGE_COOKIE_NAME, language)
        user = person(request)
        if user is not None:
            preferences.remember_language(user, language)
    theme = request.POST.get("theme")
    if theme in THEMES:
        _set(response, THEME_COOKIE, theme)
    elif theme == "system":
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    country = request.POST.get("country", "")
    if len(country) == 2 and country.isascii() and country.isalpha():
        _set(response, COUNTRY_COOKIE, country.upper())
    return response
