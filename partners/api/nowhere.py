"""Addresses under the API that lead nowhere: a program is told so in its own language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import re_path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from partners import problems
from shopping.ids import public_id


@csrf_exempt
def missing(request: HttpRequest, rest: str) -> HttpResponse:
    """404, as a problem; it says so where only the slash at the end is missing."""
    detail = _("There is no such address; each ends with a slash.")
    told = problems.body(404, "no_such_address", detail, request_id=str(public_id())).data
    headers = {"Request-Id": told["request_id"]}
    return JsonResponse(told, status=404, content_type=problems.MEDIA_TYPE, headers=headers)


urlpatterns = [re_path(r"^(?P<rest>.*)$", missing)]
