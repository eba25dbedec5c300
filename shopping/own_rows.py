"""The admin's one rule: people see and change the rows of their own merchants and no others.

What a person may do comes from `settings.ADMIN_ACCESS`, a function named by string. Every list,
form, choice, search, autocomplete, action and history goes through the classes here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget

from shopping.accesses import Access as Access
from shopping.accesses import access as access
from shopping.capabilities import Capability
from shopping.operator_acts import OperatorSaysWhy
from shopping.paging import InfinitePaginator
from shopping.ways_back import WayBack

# What Django's own filters put behind a field's name in an address.
LOOKUPS = ("exact", "isnull", "isempty")


def words_of(refusal: Exception) -> str:
    """What a refusal says to a person."""
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    return str(refusal)


class OwnRows:
    """What an admin of a model and an inline of it share.

    `merchant_path` leads from a row to its merchant ("" where the row is the merchant itself);
    rows without one are the operator's staff's alone. `changing` is the capability that changes
    rows; empty means that nobody does, here.
    """

    merchant_path: ClassVar[str | None] = None
    changing: ClassVar[str] = ""
    adds: ClassVar[bool] = False
    deletes: ClassVar[bool] = False
    # Whether rows of the shops' test spaces are among them: of what connects servers, and of nothing
    # else, so that nobody takes a test for what is real.
    with_tests: ClassVar[bool] = False
    # Everybody may choose such a row in a form (a category), even if its own pages are staff's.
    open_choices: ClassVar[bool] = False
    # There may be so many such rows that a form suggests them while one types.
    suggested: ClassVar[bool] = False
    formfield_overrides: ClassVar[dict[type, dict[str, Any]]] = {
        ArrayField: {"widget": UnfoldAdminTextInputWidget}
    }

    def merchant_of(self, row: Model) -> int | None:
        """The id of the merchant whose row this is."""
        if self.merchant_path is None:
            return None
        if not self.merchant_path:
            return row.pk  # type: ignore[no-any-return]
        *steps, last = self.merchant_path.split("__")
        value: Any = row
        for step in steps:
            value = getattr(value, step)
        return getattr(value, f"{last}_id")  # type: ignore[no-any-return]

    def own(self, request: HttpRequest, rows: QuerySet[Any], *, capability: str) -> QuerySet[Any]:
        """Those of `rows` that are of a merchant for which the person holds `capability`."""
        held = access(request)
        if held.everything:
            return rows
        if self.merchant_path is None:
            return rows.none()
        path = f"{self.merchant_path}__in" if self.merchant_path else "pk__in"
        shops = held.spaces(capability) if self.with_tests else held.merchants(capability)
        return rows.filter(**{path: shops})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.own(request, super().get_queryset(request), capability=Capability.VIEW)  # type: ignore[misc]

    def _may(self, request: HttpRequest, capability: str, row: Any) -> bool:
        held = access(request)
        if held.everything:
            return True
        if self.merchant_path is None:
            return False
        if row is None:
            return bool(held.merchants(capability))
        return held.may(capability, self.merchant_of(row))

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Every choice that may be long; of one's own shops there are few, of all of them many."""
        long = [
            field.name
            for field in self.model._meta.fields  # type: ignore[attr-defined]
            if isinstance(field, ForeignKey)
            and getattr(self._admin_of(field), "suggested", False)
            and (field.name != self.merchant_path or access(request).everything)
        ]
        return [*super().get_autocomplete_fields(request), *long]  # type: ignore[misc]

    def _admin_of(self, db_field: ForeignKey[Any, Any]) -> Any:
        return self.admin_site._registry.get(db_field.remote_field.model)  # type: ignore[attr-defined]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Choices are rows that the person may use; models without an admin offer none. Only
        staff may leave the merchant out, for a row of nobody's is staff's."""
        kwargs.setdefault("queryset", self.choices_for(db_field, request))
        if db_field.name == self.merchant_path and not access(request).everything:
            kwargs["required"] = True
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc,no-any-return]

    def choices_for(self, db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        model = db_field.remote_field.model
        other = self._admin_of(db_field)
        if not isinstance(other, OwnRows):
            return model._default_manager.none()
        if other.open_choices:
            return model._default_manager.all()
        return other.own(request, other.get_queryset(request), capability=self.changing)


class OwnRowsAdmin(OwnRows, OperatorSaysWhy, WayBack, ModelAdmin):
    paginator = InfinitePaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_disable_select_all = True
    list_filter_sheet = False
    # What a verb may raise to say no; its text is shown to the person.
    refusals: ClassVar[tuple[type[Exception], ...]] = ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, Capability.VIEW, self._row(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.changing) and self._may(request, self.changing, self._row(request, obj))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.adds and self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletes and self.has_change_permission(request, obj)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """The row that the person may see, None where there is none.

        A row has one address: what only reads as its id (007, ٧, +7) is nobody's, so that nothing
        can be judged as one row and opened as another.
        """
        row = super().get_object(request, object_id, from_field)
        return row if from_field or row is None or str(row.pk) == object_id else None

    def _row(self, request: HttpRequest, obj: Any) -> Model | None:
        """Actions pass an id where Django passes the row."""
        if obj is None or isinstance(obj, Model):
            return obj
        row: Model | None = self.get_object(request, str(obj))
        if row is None:
            raise Http404
        return row

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what a filter of this list asks; any other field would answer questions about
        values that are not shown."""
        for entry in self.get_list_filter(request):
            if isinstance(entry, type) and issubclass(entry, admin.SimpleListFilter):
                offered = lookup == entry.parameter_name
            else:
                name = entry[0] if isinstance(entry, tuple) else entry
                offered = lookup in {name, *(f"{name}__{each}" for each in LOOKUPS)}
            if offered:
                return not any("\0" in each for each in value)
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """What a verb refuses after the form's own checks rolls all back and is said in words."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except self.refusals as refusal:
            messages.error(request, words_of(refusal))
        except IntegrityError:
            messages.error(request, _("Somebody changed the same just now. Look again."))
        return HttpResponseRedirect(request.get_full_path())

    def only_merchant(self, request: HttpRequest) -> int | None:
        """The shop to fill in where the person works for no other."""
        held = access(request).merchants(self.changing)
        return next(iter(held)) if len(held) == 1 else None

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        chosen = set(request.POST.getlist(ACTION_CHECKBOX_NAME))
        try:
            known = self.get_queryset(request).filter(pk__in=chosen).count()
        except (ValueError, ValidationError):
            raise Http404 from None
        if known != len(chosen):
            raise Http404
        action = request.POST.get("action", "")
        if action not in self.leading:
            why = self.why_first(request, deletes=action == "delete_selected")
            if why:
                return why
        answer: HttpResponse | None = super().response_action(request, queryset)
        return answer

    def run(
        self, request: HttpRequest, rows: Iterable[Model], verb: Callable[[Any], object]
    ) -> list[Model]:
        """Call `verb` for each of `rows`; a refusal is a message and stops no other row.

        Returns the rows that were changed. Raises PermissionDenied, before anything is done, if
        one of them is not the person's to change.
        """
        rows = list(rows)
        if not all(self.has_change_permission(request, row) for row in rows):
            raise PermissionDenied
        done = []
        for row in rows:
            try:
                self.do(request, row, verb)
            except self.refusals as refusal:
                messages.error(request, f"{row}: {words_of(refusal)}")
            else:
                done.append(row)
        return done


class SharedRowsAdmin(OwnRowsAdmin):
    """Rows of several merchants at once: seen by whoever `own` leaves them to."""

    def _may(self, request: HttpRequest, capability: str, row: Any) -> bool:
        held = access(request)
        if held.everything or row is None:
            return held.everything or bool(held.merchants(capability))
        same = type(row)._default_manager.filter(pk=row.pk)
        return self.own(request, same, capability=capability).exists()


class OwnRowsInline(OwnRows, TabularInline):
    """Rows below their parent; they follow the parent's merchant."""

    extra = 0
    hide_title = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, Capability.VIEW, None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.changing) and self._of_parent(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.adds and self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletes and self.has_change_permission(request, obj)

    def _of_parent(self, request: HttpRequest, parent: Any) -> bool:
        parent_admin = self.admin_site._registry[self.parent_model]
        if parent is None or not isinstance(parent_admin, OwnRows):
            return self._may(request, self.changing, None)
        return access(request).may(self.changing, parent_admin.merchant_of(parent))


class OfferedFilter(admin.SimpleListFilter):
    """Finds by `path` what it offers, and for what it does not offer nothing."""

    path = ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        if value not in dict(self.lookup_choices):
            return queryset.none()
        return queryset.filter(**{self.path: value})


class MerchantFilter(OfferedFilter):
    """Which of one's shops, for people with several; staff searches by a shop's name."""

    title = _("shop")
    parameter_name = "shop"
    path = "merchant"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = access(request).names
        return [(str(pk), name) for pk, name in names.items()] if len(names) > 1 else []
