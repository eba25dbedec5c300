"""Addresses under the API that lead nowhere: a program is told so in its own language."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import re_path, resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from partners import problems
from shopping.ids import public_id, uuid_of

NIL = UUID(int=0)


def no_id(path: str) -> str:
    """The step of `path` that would have to be an id for the address to be one; "" where none is."""
    if not path.endswith("/"):
        return ""
    steps = path.split("/")
    for place in range(4, len(steps) - 1):
        if uuid_of(steps[place]) is None and _is_address(steps, place):
            return steps[place]
    return ""


def _is_address(steps: list[str], place: int) -> bool:
    """Whether it were one with an id at `place`."""
    path = "/".join([*steps[:place], str(NIL), *steps[place + 1 :]])
    return resolve(path).func is not missing


@csrf_exempt
def missing(request: HttpRequest, rest: str) -> HttpResponse:
    """404, as a problem; it says so where only the slash at the end is missing, or an id is none."""
    detail = _("There is no such address; each ends with a slash.")
    if wrong := no_id(request.path):
        detail = _("“%(said)s” is no id: ids are UUIDs.") % {"said": wrong}
    told = problems.body(404, "no_such_address", detail, request_id=str(public_id())).data
    headers = {"Request-Id": told["request_id"]}
    return JsonResponse(told, status=404, content_type=problems.MEDIA_TYPE, headers=headers)


urlpatterns = [re_path(r"^(?P<rest>.*)$", missing)]
