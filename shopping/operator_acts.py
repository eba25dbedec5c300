"""The operator's staff says why it changes what is a merchant's: asked in one place, kept in one log.

Forms of rows have a field for the reason; actions of a list, deletions, and the pages beside the
forms ask for it on a page of their own that sends everything again. A page that takes a file, which
cannot be sent again, has the field itself. `settings.ADMIN_ACTS`, a function named by string, writes it
down in the transaction of what was done. Rows without a merchant are staff's own, and ask nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.forms import BaseForm, FileField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from shopping import operator_reasons
from shopping.accesses import access

Changes = dict[str, tuple[Any, Any]]
Row = TypeVar("Row", bound=Model)
Answer = TypeVar("Answer")
LONGEST = 200  # of a value in the log


class OperatorSaysWhy:
    """Of an admin of a model whose rows are merchants'; see the module."""

    merchant_path: ClassVar[str | None]
    # Actions of the list that change nothing yet: they print, or lead to a page that asks.
    leading: ClassVar[frozenset[str]] = frozenset()
    merchant_of: Callable[[Any], int | None]
    has_add_permission: Callable[[HttpRequest], bool]
    has_change_permission: Callable[..., bool]
    has_delete_permission: Callable[..., bool]

    def asks_why(self, request: HttpRequest) -> bool:
        return self.merchant_path is not None and access(request).everything

    def lacks_why(self, request: HttpRequest) -> bool:
        """Whether staff sent something without the reason that it needs."""
        sent = request.method == "POST" and self.asks_why(request)
        return sent and not operator_reasons.said(request)

    def why_field(self, request: HttpRequest) -> dict[str, Any]:
        """For a page that has the field itself (admin/_operator_reason.html): whether staff is
        asked, and what was typed."""
        return {
            "operator_asked": self.asks_why(request),
            "reason": operator_reasons.said(request),
        }

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The form, which staff cannot send without a reason where the row is a merchant's."""
        form = super().get_form(request, obj, **kwargs)  # type: ignore[misc]
        if not self.lacks_why(request):
            return form

        def clean(filled: Any) -> Any:
            cleaned = super(asked, filled).clean()  # type: ignore[misc]  # a form's has one
            if self._is_somebodys(filled):
                filled.add_error(None, ValidationError(_("Say why: the shop's owners read it.")))
            return cleaned

        asked = type(form)(form.__name__, (form,), {"clean": clean})
        return asked

    def _is_somebodys(self, form: Any) -> bool:
        """Whether the row that a form makes or changes is a merchant's, and not left to nobody."""
        if self.merchant_path == "merchant" and "merchant" in form.fields:
            return form.cleaned_data.get("merchant") is not None
        return form.instance.pk is None or self.merchant_of(form.instance) is not None

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        row = kwargs.get("obj")
        writes = (
            self.has_change_permission(request, row) if row else self.has_add_permission(request)
        )
        context |= {
            "operator_asked": writes
            and self.asks_why(request)
            and (row is None or self.merchant_of(row) is not None),
            "reason": operator_reasons.said(request),
        }
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def construct_change_message(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        add: bool = False,  # noqa: FBT001, FBT002 – Django's signature
    ) -> Any:
        """Django asks for it within the transaction that saved all: there the act is written down."""
        forms = [form, *(each for formset in formsets or [] for each in formset.forms)]
        changes: Changes = {}
        for each in forms:
            prefix = "" if each is form else f"{each.instance} · "
            changes |= _changes(each, prefix=prefix)
        self.note_act(
            request,
            form.instance,
            "added" if add else "changed",
            what=self._pressed(request),
            changes=changes,
        )
        return super().construct_change_message(request, form, formsets, add)  # type: ignore[misc]

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> Any:
        for row in queryset:
            self.note_act(request, row, "deleted")
        return super().log_deletions(request, queryset)  # type: ignore[misc]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may = self.has_delete_permission(request)
        why = self.why_first(request, deletes=True) if may else None
        answer: HttpResponse = why or super().delete_view(request, object_id, extra_context)  # type: ignore[misc]
        return answer

    def why_first(self, request: HttpRequest, *, deletes: bool = False) -> HttpResponse | None:
        """The page that asks staff for the reason and sends the same again; None where it is said.

        What deletes is asked once it is confirmed.
        """
        if not self.lacks_why(request):
            return None
        if deletes and "post" not in request.POST:
            return None
        sent = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in ("csrfmiddlewaretoken", operator_reasons.FIELD)
            for value in values
        ]
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Why?"),
            "opts": self.opts,  # type: ignore[attr-defined]
            "sent": sent,
            "empty": operator_reasons.FIELD in request.POST,
        }
        return TemplateResponse(request, "admin/operator_reason.html", context)

    def do(
        self, request: HttpRequest, row: Row, verb: Callable[[Row], Answer], *, what: str = ""
    ) -> Answer:
        """Call `verb` for a row; of staff it is written down with it, in one transaction.

        `what` says what was done, where no button and no action of the list does. Returns what
        `verb` returns.
        """
        if not self.asks_why(request):
            return verb(row)
        with transaction.atomic():
            answer = verb(row)
            self.note_act(request, row, "changed", what=what or self._pressed(request))
        return answer

    def note_act(
        self,
        request: HttpRequest,
        row: Any,
        kind: str,
        *,
        what: str = "",
        changes: Changes | None = None,
        reason: str = "",
    ) -> None:
        """Write down what staff did to `row`; nothing of a member's, or of a row of nobody's."""
        if not self.asks_why(request):
            return
        merchant_id = self.merchant_of(row)
        if merchant_id is not None:
            import_string(settings.ADMIN_ACTS)(
                merchant_id,
                kind,
                row,
                actor=request.user,
                reason=reason or operator_reasons.said(request),
                what=what,
                changes=changes,
            )

    def _pressed(self, request: HttpRequest) -> str:
        """The words of the button, or of the list's action, that was chosen."""
        opts = self.opts  # type: ignore[attr-defined]
        ours = f"{opts.app_label}_{opts.model_name}_"
        buttons = [name.removeprefix(ours) for name in request.POST if name.startswith(ours)]
        for name in [request.POST.get("action", ""), *buttons]:
            words = getattr(getattr(type(self), name, None), "short_description", "")
            if words:
                return str(words)
        return ""


def _changes(form: BaseForm, *, prefix: str) -> Changes:
    """Field → before and after, in words; a file is only named."""
    found: Changes = {}
    for name in form.changed_data:
        field, initial = form.fields[name], form.get_initial_for_field(form.fields[name], name)
        after = form.cleaned_data.get(name) if hasattr(form, "cleaned_data") else None
        before = None if isinstance(field, FileField) else initial
        found[f"{prefix}{field.label or name}"] = (_words(before), _words(after))
    return found


def _words(value: Any) -> str | None:
    return None if value in (None, "") else str(value)[:LONGEST]
