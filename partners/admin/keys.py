"""API keys: their owner's alone, and for partners the operator's staff's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldBooleanSwitchWidget

from accounts.requests import actor
from partners import keys
from partners.models import ApiKey, Partner
from partners.scope_words import WORDS
from partners.scopes import FOR_PARTNERS, FOR_SHOPS
from shopping.accesses import access
from shopping.admin_site import site
from shopping.capabilities import Capability
from shopping.own_rows import MerchantFilter, OwnRowsAdmin


def _choices(scopes: Iterable[str]) -> list[tuple[str, str]]:
    return [(scope, f"{WORDS[scope]} ({scope})") for scope in sorted(scopes)]


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=lambda: _choices(FOR_SHOPS),
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("As little as it needs: what it cannot do, nobody can do with it."),
    )
    test = forms.BooleanField(
        label=_("For tests"),
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
        help_text=_("It acts in the shop’s test space, and on nothing that is real."),
    )

    class Meta:
        model = ApiKey
        fields = ["merchant", "partner", "name", "scopes", "expires_at"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        said = self.cleaned_data
        shop = said.get("merchant")
        if said.get("test"):
            if shop is None:
                self.add_error("test", _("A test key is a shop’s."))
            elif shop.is_suspended:
                self.add_error("merchant", _("This shop is suspended."))
        can_have = FOR_SHOPS if said.get("merchant") else FOR_PARTNERS
        beyond = set(said.get("scopes", ())) - can_have
        if beyond and not self.instance.pk:
            words = _("Not for such a key: %(scopes)s.") % {"scopes": ", ".join(sorted(beyond))}
            self.add_error("scopes", words)
        return cleaned


class PartnersKeyForm(ApiKeyForm):
    """The operator's staff's: of a shop, or of a partner."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "scopes" in self.fields:
            self.fields["scopes"].choices = _choices(FOR_SHOPS | FOR_PARTNERS)  # type: ignore[attr-defined]


@admin.register(ApiKey, site=site)
class ApiKeyAdmin(OwnRowsAdmin):
    """Made, rotated and revoked; what a key may do does not change: who relies on it?"""

    merchant_path = "merchant"
    changing = Capability.MANAGE
    with_tests = True
    adds = True
    refusals = (ValidationError,)
    form = ApiKeyForm
    list_display = ["name", "begins", "owner", "state", "last_used_at", "expires_at"]
    list_filter = ["live", MerchantFilter]
    search_fields = ["name", "prefix", "merchant__name", "partner__name"]
    list_select_related = ["merchant", "partner"]
    ordering = ["-id"]
    actions = ["rotate", "revoke"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiKey]:
        rows = super().get_queryset(request)
        own = self.own(request, rows, capability=Capability.MANAGE)
        return own.select_related("merchant", "partner", "made_by")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            owner = ["merchant", "partner"] if access(request).everything else ["merchant"]
            return [*owner, "name", "test", "scopes", "expires_at"]
        owner = ["merchant" if obj.merchant_id else "partner"]
        shown = ["begins", "now", "may", "expires_at", "last_used_at", "made_by", "created_at"]
        return [*owner, "name", *shown]

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,  # noqa: FBT001, FBT002 – Django's signature
        **kwargs: Any,
    ) -> Any:
        """A partner's scopes are chosen among by those alone who make keys of partners."""
        if obj is None and access(request).everything:
            kwargs["form"] = PartnersKeyForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        return [name for name in self.get_fields(request, obj) if name != "name"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"merchant": self.only_merchant(request)}

    def choices_for(self, db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        if db_field.name == "partner":
            staff = access(request).everything
            return Partner.objects.filter(active=True) if staff else Partner.objects.none()
        return super().choices_for(db_field, request)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:  # noqa: FBT001
        said = form.cleaned_data
        if change:
            keys.rename(obj, name=said["name"])
            return
        make = keys.make_test if said["test"] else keys.make
        made, secret = make(
            name=said["name"],
            scopes=said["scopes"],
            made_by=actor(request),
            merchant=said.get("merchant"),
            partner=said.get("partner"),
            expires_at=said["expires_at"],
        )
        obj.pk = made.pk
        obj.refresh_from_db()
        _show(request, made, secret)

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        """To its own page: the secret is shown there, this once."""
        asked = request.POST.copy()
        asked["_continue"] = ""
        request.POST = asked  # type: ignore[assignment]
        answer: HttpResponse = super().response_add(request, obj, post_url_continue)
        return answer

    @admin.action(description=_("New key in its place"), permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        made: list[tuple[ApiKey, str]] = []
        self.run(
            request, queryset, lambda row: made.append(keys.rotate(row, made_by=actor(request)))
        )
        for key, secret in made:
            _show(request, key, secret)
        if made:
            messages.info(request, _("The old one opens for another day; change it everywhere."))

    @admin.action(description=_("Revoke: it opens nothing from now on"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        for row in self.run(request, queryset, keys.revoke):
            messages.success(request, _("%(key)s opens nothing any more.") % {"key": row})

    @display(description=_("key"))
    def begins(self, key: ApiKey) -> str:
        return format_html("<code>{}…</code>", key.prefix)

    @display(description=_("owner"))
    def owner(self, key: ApiKey) -> str:
        return str(key.merchant or key.partner)

    @display(description=_("what it may do"))
    def may(self, key: ApiKey) -> str:
        return ", ".join(str(WORDS[scope]) for scope in key.scopes)

    @display(
        description=_("status"), label={"good": "success", "ended": "danger", "ends": "warning"}
    )
    def state(self, key: ApiKey) -> tuple[str, str]:
        return _state(key)

    @display(description=_("status"))
    def now(self, key: ApiKey) -> str:
        """The same on its own page, where Unfold has no labels."""
        return _state(key)[1]


def _state(key: ApiKey) -> tuple[str, str]:
    if key.revoked_at:
        return "ended", gettext("revoked")
    if not key.is_good:
        return "ended", gettext("expired")
    return ("ends", gettext("ends")) if key.expires_at else ("good", gettext("good"))


def _show(request: HttpRequest, key: ApiKey, secret: str) -> None:
    """The secret, this once."""
    said = _("{name}: the key is {secret}. It is shown this once: copy it now.")
    shown = format_html('<code class="secret">{}</code>', secret)
    messages.success(request, format_html(str(said), name=key.name, secret=shown))
