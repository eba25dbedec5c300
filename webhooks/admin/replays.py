"""Spans of time that an endpoint gets once more."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.requests import actor
from shopping.admin_site import site
from shopping.capabilities import Capability
from shopping.own_rows import OwnRowsAdmin
from webhooks import replays
from webhooks.deliveries import EndpointOff
from webhooks.models import Replay
from webhooks.replays import NothingHappened, ReplayUnderWay


class ReplayForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Replay
        fields = ["endpoint", "since", "until"]
        help_texts = {
            "since": _("In UTC, as all times here."),
            "until": _("What happened at this time or later is not sent."),
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        said = self.cleaned_data
        if all(said.get(name) for name in self.Meta.fields):
            try:
                replays.plan(said["endpoint"], since=said["since"], until=said["until"])
            except EndpointOff as refusal:
                self.add_error("endpoint", str(refusal))
            except (NothingHappened, ReplayUnderWay) as refusal:
                self.add_error(None, str(refusal))
            except ValidationError as refusal:
                self.add_error(None, refusal.messages)
        return cleaned


@admin.register(Replay, site=site)
class ReplayAdmin(OwnRowsAdmin):
    """Asked for and then only looked at: it cannot be called back."""

    merchant_path = "endpoint__merchant"
    with_tests = True
    changing = Capability.MANAGE
    adds = True
    refusals = (ValidationError, EndpointOff, ReplayUnderWay, NothingHappened)
    form = ReplayForm
    list_display = ["to", "since", "until", "state", "sent", "created_at"]
    search_fields = ["endpoint__url"]
    list_select_related = ["endpoint"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Replay]:
        rows = super().get_queryset(request)
        return self.own(request, rows, capability=Capability.MANAGE).select_related("endpoint")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        asked = list(ReplayForm.Meta.fields)
        return [*asked, "sent", "created_at", "finished_at"] if obj else asked

    def choices_for(self, db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        return super().choices_for(db_field, request).filter(active=True)

    def save_model(self, request: HttpRequest, obj: Replay, form: Any, change: bool) -> None:  # noqa: FBT001
        asked = replays.ask(obj.endpoint, since=obj.since, until=obj.until, asked_by=actor(request))
        obj.pk = asked.pk
        obj.refresh_from_db()

    @display(description=_("to"))
    def to(self, replay: Replay) -> str:
        return replay.endpoint.url

    @display(description=_("status"), label={"done": "success", "under_way": "warning"})
    def state(self, replay: Replay) -> tuple[str, str]:
        done = replay.finished_at is not None
        return ("done", gettext("done")) if done else ("under_way", gettext("under way"))
