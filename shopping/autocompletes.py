"""What the fields of the admin's forms suggest while somebody types: what the form would take."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import QuerySet
from django.http import HttpRequest

from shopping.own_rows import OwnRows


class OwnAutocomplete(AutocompleteJsonView):
    """Rows that the person may choose in the form that asks, found as their list finds them."""

    admin_site: AdminSite
    model_admin: Any

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        """Also of what everybody may choose, even if its own pages are staff's."""
        return bool(self.model_admin.open_choices or super().has_perm(request, obj))

    def get_queryset(self) -> QuerySet[Any]:
        term = self.term.replace("\0", "")
        found: QuerySet[Any]
        found, _more = self.model_admin.get_search_results(self.request, self._choices(), term)
        return found

    def _choices(self) -> QuerySet[Any]:
        form_of: object = self.admin_site._registry.get(self.source_field.model)
        choices: QuerySet[Any]
        if isinstance(form_of, OwnRows):
            choices = form_of.choices_for(self.source_field, self.request)
        elif self.model_admin.open_choices:
            choices = self.model_admin.model._default_manager.all()
        else:
            choices = self.model_admin.get_queryset(self.request)
        return choices.order_by(*self.model_admin.get_ordering(self.request), "pk")
