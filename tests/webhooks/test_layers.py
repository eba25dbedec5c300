"""No row points at a row of a higher layer, but for those that docs/adr/0030 and 0115 allow."""

from __future__ import annotations

import tomllib

from django.apps import apps
from django.conf import settings

UPWARDS = {
    "partners.apikey.merchant",
    "partners.application.merchant",
    "partners.consent.merchant",
    "partners.requestline.merchant",
    "webhooks.endpoint.merchant",
    "webhooks.event.merchant",
}


def layers() -> list[str]:
    """The apps from the highest to the lowest, as import-linter has them."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    (found,) = [contract["layers"] for contract in contracts if contract["id"] == "layers"]
    return list(found)


def test_only_the_log_and_its_subscribers_point_upwards():
    height = {name: -place for place, name in enumerate(layers())}
    keys = [
        (f"{model._meta.label_lower}.{field.name}", field.related_model._meta.app_label)
        for model in apps.get_models()
        if model._meta.app_label in height
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation
    ]
    own = [(key, to) for key, to in keys if to in height]
    assert len(own) > 30
    upwards = {key for key, to in own if height[to] > height[key.split(".")[0]]}
    assert upwards == UPWARDS
