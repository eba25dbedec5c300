"""Apps that act for people or for their owner: their owners', and the operator's staff's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from accounts.requests import actor
from partners import applications
from partners.models import Application, Partner
from partners.scope_words import WORDS
from shopping.accesses import access
from shopping.admin_site import site
from shopping.capabilities import Capability
from shopping.own_rows import MerchantFilter, OwnRowsAdmin


def _choices() -> list[tuple[str, str]]:
    return [(scope, f"{words} ({scope})") for scope, words in WORDS.items()]


class ApplicationForm(forms.ModelForm):  # type: ignore[type-arg]
    scopes = forms.MultipleChoiceField(
        label=_("What it may ask for"),
        choices=_choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    redirect_uris = forms.CharField(
        label=_("Addresses to which people are sent back"),
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text=_(
            "One a line, whole, with https; http on 127.0.0.1 alone, at any port. What acts for its"
            " owner needs none."
        ),
    )

    class Meta:
        model = Application
        fields = [
            *["merchant", "partner", "name", "authorization_grant_type", "client_type"],
            *["scopes", "redirect_uris", "live"],
        ]
        help_texts = {
            "live": _("Without it, a test app: of shops it reaches the test spaces alone."),
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        said = self.cleaned_data
        merchant = said.get("merchant", self.instance.merchant)
        flow = said.get("authorization_grant_type", self.instance.authorization_grant_type)
        can_have = applications.can_have(of_shop=merchant is not None, flow=flow)
        beyond = set(said.get("scopes", ())) - can_have
        if beyond:
            words = _("Not for such an app: %(scopes)s.") % {"scopes": ", ".join(sorted(beyond))}
            self.add_error("scopes", words)
        return cleaned


@admin.register(Application, site=site)
class ApplicationAdmin(OwnRowsAdmin):
    """Their owner's alone: whoever has the secret is the app."""

    merchant_path = "merchant"
    changing = Capability.MANAGE
    adds = deletes = True
    refusals = (ValidationError,)
    view_on_site = False
    form = ApplicationForm
    list_display = ["name", "owner", "flow", "live", "created"]
    list_filter = ["live", MerchantFilter]
    search_fields = ["name", "=client_id", "merchant__name", "partner__name"]
    list_select_related = ["merchant", "partner"]
    ordering = ["-id"]
    actions = ["rotate"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        rows = super().get_queryset(request)
        own = self.own(request, rows, capability=Capability.MANAGE)
        return own.select_related("merchant", "partner")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        owner = ["merchant", "partner"] if access(request).everything else ["merchant"]
        if obj:
            owner = ["merchant" if obj.merchant_id else "partner"]
        fields = [*owner, "name", "authorization_grant_type", "client_type"]
        fields += ["scopes", "redirect_uris", "live"]
        return [*fields, "client_id", "in_use"] if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = ["merchant", "partner", "authorization_grant_type", "client_type", "live"]
        return [*fixed, "client_id", "in_use"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"merchant": self.only_merchant(request), "live": True}

    def choices_for(self, db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        if db_field.name == "partner":
            staff = access(request).everything
            return Partner.objects.filter(active=True) if staff else Partner.objects.none()
        return super().choices_for(db_field, request)

    def save_model(
        self,
        request: HttpRequest,
        obj: Application,
        form: Any,
        change: bool,  # noqa: FBT001 – Django's signature
    ) -> None:
        said = form.cleaned_data
        asked = {"name": said["name"], "scopes": said["scopes"]}
        asked["redirect_uris"] = said["redirect_uris"].split()
        if change:
            applications.edit(obj, **asked)
            return
        made, secret = applications.register(
            **asked,
            made_by=actor(request),
            merchant=said.get("merchant"),
            partner=said.get("partner"),
            client_type=said["client_type"],
            flow=said["authorization_grant_type"],
            live=said["live"],
        )
        obj.pk = made.pk
        obj.refresh_from_db()
        if secret:
            _show(request, made, secret)

    def response_add(
        self, request: HttpRequest, obj: Application, post_url_continue: str | None = None
    ) -> HttpResponse:
        """To its own page: the secret is shown there beside the client ID."""
        asked = request.POST.copy()
        asked["_continue"] = ""
        request.POST = asked  # type: ignore[assignment]
        answer: HttpResponse = super().response_add(request, obj, post_url_continue)
        return answer

    @admin.action(description=_("New secret"), permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[Application]) -> None:
        secrets: dict[int, str] = {}

        def fresh(row: Application) -> None:
            secrets[row.pk] = applications.rotate(row, by=actor(request))

        for row in self.run(request, queryset, fresh):
            _show(request, row, secrets[row.pk])

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """The apps alone: what people gave them may be many thousand rows."""
        return [str(row) for row in objs], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: Application) -> None:
        applications.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> None:
        for row in queryset:
            applications.delete(row)

    @display(description=_("owner"))
    def owner(self, row: Application) -> str:
        return row.owner_name

    @display(description=_("for whom it acts"))
    def flow(self, row: Application) -> str:
        return row.get_authorization_grant_type_display()

    @display(description=_("people who let it act now"))
    def in_use(self, row: Application) -> int:
        return row.consents.in_force().count()


def _show(request: HttpRequest, row: Model, secret: str) -> None:
    """The secret, this once."""
    said = _("{name}: the secret is {secret}. It is shown this once: copy it now.")
    shown = format_html('<code class="secret">{}</code>', secret)
    messages.success(request, format_html(str(said), name=str(row), secret=shown))
