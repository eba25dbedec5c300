"""What the composer takes."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from feeds import authors
from feeds.drafts import MOST_TYPED, Written
from shopping.ids import uuid_of

ALT = "alt-"
# In the address of a post.
POST_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class AuthorField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, author: User) -> str:
        return author.display_name


class IdsField(forms.Field):
    """Public ids, in their order."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: list[str] | None) -> list[UUID]:
        ids = chosen_ids(value or [])
        if len(ids) != len(value or []):
            raise ValidationError(_("One of these products is no longer on sale."))
        return ids


class ComposerForm(forms.Form):
    """`user` may write as themselves and as the shops in whose name they may post."""

    body = forms.CharField(
        label=_("Your post"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            {"rows": 4, "class": "in", "aria-describedby": "body-note", "data-typed": ""}
        ),
    )
    products = IdsField(required=False)
    paid_partnership = forms.BooleanField(
        label=_("Paid partnership"),
        required=False,
        widget=forms.CheckboxInput({"aria-describedby": "partnership-note"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = authors.of(user)
        self.speaks_for_shops = len(offered) > 1
        self.fields["author"] = AuthorField(
            offered,
            label=_("Post as"),
            required=False,
            empty_label=None,
            initial=user.pk,
            widget=forms.Select({"class": "in"}),
        )

    @property
    def problem(self) -> str:
        """The first thing that is wrong, as a sentence; "" for a good form."""
        return next((str(words) for errors in self.errors.values() for words in errors), "")


def typed_body(data: QueryDict) -> str:
    """The text of a form, as far as anybody would shorten it until it fits."""
    return str(data.get("body", ""))[:MOST_TYPED]


def written(form: ComposerForm, data: QueryDict) -> Written:
    """What was typed and picked, as far as it can be kept, whatever is wrong with the rest."""
    form.is_valid()
    return Written(
        body=typed_body(data),
        author=form.cleaned_data.get("author"),
        products=chosen_ids(data.getlist("products")),
        alts=_alts(data),
        removed=chosen_ids([*data.getlist("remove"), *data.getlist("removed")]),
        paid_partnership=form.cleaned_data.get("paid_partnership"),
    )


def _alts(data: QueryDict) -> dict[UUID, str]:
    found = {}
    for name, words in data.items():
        key = uuid_of(name.removeprefix(ALT)) if name.startswith(ALT) else None
        if key is not None and isinstance(words, str):
            found[key] = words.replace("\x00", "")
    return found


def chosen_ids(values: list[str]) -> list[UUID]:
    """The UUIDs among `values`; the rest is dropped."""
    return [found for value in values if (found := uuid_of(value)) is not None]
