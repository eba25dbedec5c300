"""Forms of imports: which file, and what its columns mean."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from catalogue import columns, csv_table, staging
from catalogue.columns import FIELDS, TO_MEND
from catalogue.encodings import UnreadableFile
from catalogue.models import Import

# How many rows show what a column holds, and how much of a cell.
EXAMPLES, MOST_EXAMPLE = 3, 40


class ImportForm(forms.ModelForm):  # type: ignore[type-arg]
    upload = forms.FileField(
        label=gettext_lazy("CSV file"),
        widget=UnfoldAdminFileFieldWidget({"accept": ".csv,.tsv,.txt,text/csv"}),
        help_text=gettext_lazy(
            "Shopify’s product export, our own, or any other with a first row that names its columns."
            " At most 30 MB and 200,000 rows. Nothing is changed before you have seen what would be."
        ),
    )

    class Meta:
        model = Import
        fields = ["merchant"]

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        try:
            columns.recognised(csv_table.read(staging.binary(upload)).header)
        except columns.UnknownColumns:
            pass
        except UnreadableFile as error:
            raise ValidationError(error.message, code="unreadable") from error
        return upload


class ColumnsForm(forms.Form):
    """A choice for each column of a file: what it holds, or that it is not imported."""

    def __init__(self, *args: Any, of: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = of
        begun = of.columns or staging.guess(of)
        meant = {column: field for field, column in begun.items()}
        choices = [("", _("Not imported")), *((each.name, each.label) for each in FIELDS)]
        self.names = [name for name in dict.fromkeys(of.header) if name and name != TO_MEND]
        for place, name in enumerate(self.names):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=name,
                choices=choices,
                required=False,
                initial=meant.get(name, ""),
                widget=UnfoldAdminSelectWidget(),
            )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        taken: dict[str, str] = {}
        for place, name in enumerate(self.names):
            field = self.cleaned_data.get(f"column-{place}")
            if not field:
                continue
            if field in taken:
                message = _("“%(column)s” holds the same already. Choose one of the two.")
                self.add_error(f"column-{place}", message % {"column": taken[field]})
            taken[field] = name
        self.chosen = taken
        return cleaned

    @property
    def lines(self) -> Iterator[tuple[str, list[str], BoundField]]:
        """Each column with what stands in its first rows, and its choice."""
        examples = _examples(self.of)
        for place, name in enumerate(self.names):
            column = self.of.header.index(name)
            shown = [row[column][:MOST_EXAMPLE] for row in examples if column < len(row)]
            yield name, [text for text in shown if text.strip()], self[f"column-{place}"]


def _examples(of: Import) -> list[list[str]]:
    if not of.file:
        return []
    layout = staging.layout_of(of)
    with of.file.open("rb") as opened:
        table = csv_table.read(staging.binary(opened))
        return [layout.plain(row.values) for row in islice(table.rows, EXAMPLES)]
