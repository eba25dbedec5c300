"""Who is told of what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminURLInputWidget

from shopping.accesses import access
from shopping.admin_site import site
from shopping.capabilities import Capability
from shopping.own_rows import MerchantFilter, OwnRowsAdmin
from webhooks import deliveries, endpoints
from webhooks.deliveries import EndpointOff
from webhooks.letters import what_to_do
from webhooks.models import Endpoint
from webhooks.types import FOR_SHOPS, TYPES

# The name of the page's button, as the form posts it.
TRY = "webhooks_endpoint_try_out"


class EndpointForm(forms.ModelForm):  # type: ignore[type-arg]
    # What it may be is the model's to say.
    url = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget(),
    )
    types = forms.MultipleChoiceField(
        label=_("Events"),
        required=False,
        choices=[(name, name) for name in sorted(FOR_SHOPS)],
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("None chosen: all of them."),
    )

    class Meta:
        model = Endpoint
        fields = ["merchant", "url", "types", "active"]


class EveryTypeForm(EndpointForm):
    """The operator's, and a test space's: they hear of payments too."""

    types = forms.MultipleChoiceField(
        label=_("Events"),
        required=False,
        choices=[(name, name) for name in sorted(TYPES)],
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("None chosen: all of them."),
    )


@admin.register(Endpoint, site=site)
class EndpointAdmin(OwnRowsAdmin):
    """Their owner's alone: the secret signs what others trust."""

    merchant_path = "merchant"
    with_tests = True
    changing = Capability.MANAGE
    adds = True
    refusals = (ValidationError, EndpointOff)
    form = EndpointForm
    list_display = ["url", "merchant", "state", "created_at"]
    list_filter = ["active", MerchantFilter]
    search_fields = ["url", "merchant__name"]
    list_select_related = ["merchant"]
    ordering = ["-id"]
    actions = ["send_test", "rotate", "end_old_secret"]
    actions_submit_line = ["try_out"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Endpoint]:
        rows = super().get_queryset(request)
        # Those of forms of their own are kept by what they belong to.
        rows = rows.filter(form="")
        return self.own(request, rows, capability=Capability.MANAGE).select_related("merchant")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return (
            ["merchant", "url", "types", "active", "standing", "secret_shown", "old_secret"]
            if obj
            else ["merchant", "url", "types"]
        )

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,  # noqa: FBT001, FBT002 – Django's signature
        **kwargs: Any,
    ) -> Any:
        """Only what is sent there is offered; what was chosen before stays choosable."""
        had = obj is not None and not FOR_SHOPS.issuperset(obj.types)
        test = obj is not None and obj.merchant is not None and obj.merchant.is_test
        if access(request).everything or test or had:
            kwargs["form"] = EveryTypeForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["merchant", "standing", "secret_shown", "old_secret"] if obj else []

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> list[Any]:
        row = self.get_object(request, str(object_id))
        return super().get_actions_submit_line(request, object_id) if row else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"merchant": self.only_merchant(request)}

    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:  # noqa: FBT001
        said = form.cleaned_data
        if change:
            endpoints.edit(obj, url=said["url"], types=said["types"], active=said["active"])
            if TRY in request.POST:
                deliveries.send_test(obj)
                messages.success(request, _("A test is on its way; see Deliveries."))
            return
        merchant = said["merchant"]
        created = endpoints.create(
            said["url"], merchant_id=merchant.pk if merchant else None, types=said["types"]
        )
        obj.pk = created.pk
        obj.refresh_from_db()

    @action(description=_("Save and send a test"), permissions=["change"])
    def try_out(self, request: HttpRequest, obj: Endpoint) -> None: ...

    @admin.action(description=_("Send a test"), permissions=["change"])
    def send_test(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        if self.run(request, queryset, deliveries.send_test):
            messages.success(request, _("A test is on its way; see Deliveries."))

    @admin.action(description=_("New secret"), permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        if self.run(request, queryset, endpoints.rotate):
            messages.success(request, _("The old secret signs beside the new one for a day."))

    @admin.action(description=_("End the old secret now"), permissions=["change"])
    def end_old_secret(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        if self.run(request, queryset, endpoints.end_old_secret):
            messages.success(request, _("From now on the newest secret signs alone."))

    @display(
        description=_("status"),
        label={"on": "success", "failing": "warning", "off": "danger"},
        ordering="active",
    )
    def state(self, endpoint: Endpoint) -> tuple[str, str]:
        if not endpoint.active:
            return "off", gettext("off")
        return ("failing", gettext("failing")) if endpoint.failing_since else ("on", gettext("on"))

    @display(description=_("status"))
    def standing(self, endpoint: Endpoint) -> str:
        """Since when nothing is taken, or why it is off, and what to do then."""
        if endpoint.active:
            since = endpoint.failing_since
            if since is None:
                return gettext("on")
            said = gettext(
                "Since %(time)s nothing was taken; after %(days)d days it is switched off."
            )
            return said % {"time": _moment(since), "days": endpoints.FAILING_FOR.days}
        if not endpoint.off_reason:
            return gettext("off")
        said = gettext("Switched off on %(time)s: %(why)s.")
        why = {"time": _moment(endpoint.off_at), "why": endpoint.get_off_reason_display()}
        return f"{said % why} {what_to_do()}"

    @display(description=_("secret"))
    def secret_shown(self, endpoint: Endpoint) -> str:
        return format_html('<code class="secret">{}</code>', endpoint.secret)

    @display(description=_("old secret"))
    def old_secret(self, endpoint: Endpoint) -> str:
        if not endpoint.two_secrets:
            return "–"
        said = gettext("signs too until %(time)s") % {
            "time": _moment(endpoint.previous_secret_until)
        }
        return format_html('<code class="secret">{}</code> {}', endpoint.previous_secret, said)


def _moment(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
