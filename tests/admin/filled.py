"""What a browser would post of an admin form that was opened and not touched."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import BaseForm, FileField
from django.test import Client
from django.utils import timezone
from PIL import Image

# What staff writes wherever it changes what is a shop's.
WHY = "As the shop asked"


def elsewhere() -> tuple[str, date]:
    """A time zone where it is another day by now than in UTC, and that day."""
    zone = "Pacific/Kiritimati" if timezone.now().hour >= 10 else "Pacific/Midway"
    return zone, timezone.localdate(timezone=ZoneInfo(zone))


def opened(client: Client, url: str) -> dict[str, Any]:
    """The fields of the form at `url` with their present values, form sets included."""
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    context = response.context
    data: dict[str, Any] = values(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        data |= values(inline.formset.management_form)
        for form in inline.formset.forms:
            data |= values(form)
    if context.get("operator_asked"):
        data["operator_reason"] = WHY
    return data


def values(form: BaseForm) -> dict[str, Any]:
    found = {}
    for bound in form:
        value = bound.value()
        if isinstance(bound.field, FileField) or value is None or value is False:
            continue
        found[bound.html_name] = "on" if value is True else value
    return found


def errors(response: Any) -> dict[str, list[str]]:
    """The messages below the fields of a refused form, by field."""
    form = response.context["adminform"].form
    found = {name: list(said) for name, said in form.errors.items()}
    for inline in response.context["inline_admin_formsets"]:
        for each in inline.formset.forms:
            for name, said in each.errors.items():
                found[each.add_prefix(name)] = list(said)
    return found


def said(response: Any) -> list[str]:
    """The messages that the page after a redirect shows."""
    return [str(message) for message in response.context["messages"]]


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 6)) -> SimpleUploadedFile:
    """A file as it is chosen for a picture."""
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    return SimpleUploadedFile(f"pair.{kind.lower()}", file.getvalue())
