"""What the composer takes."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalogue.models import Product
from catalogue.roles import Capability, memberships

FOUND = 8
ADDRESS = re.compile(r"/products/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/", re.IGNORECASE)


def find_products(query: str, *, limit: int = FOUND) -> QuerySet[Product]:
    """Products on sale whose title holds `query`, or the one whose page's address it is."""
    on_sale = Product.objects.on_sale().select_related("merchant").order_by("-id")
    query = query.replace("\x00", "")
    address = ADDRESS.search(query)
    if address:
        return on_sale.filter(public_id=address[1])[:limit]
    return on_sale.filter(title__icontains=query)[:limit] if query else on_sale.none()


class AuthorField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, author: User) -> str:
        return author.display_name


class ComposerForm(forms.Form):
    """`user` may write as themselves and as the shops in whose name they may post."""

    body = forms.CharField(
        label=_("Your post"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 4, "class": "in", "aria-describedby": "body-note"}),
    )
    products = forms.ModelMultipleChoiceField(
        Product.objects.on_sale(), to_field_name="public_id", required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shops = memberships(user, capability=Capability.POST).values("merchant__account")
        authors = User.objects.filter(Q(pk=user.pk) | Q(pk__in=shops)).order_by("pk")
        self.speaks_for_shops = len(authors) > 1
        self.fields["author"] = AuthorField(
            authors,
            label=_("Post as"),
            required=False,
            empty_label=None,
            initial=user.pk,
            widget=forms.Select({"class": "in"}),
        )


def chosen_ids(values: list[str]) -> list[UUID]:
    """The UUIDs among `values`; the rest is dropped."""
    ids = []
    for value in values:
        try:
            ids.append(UUID(value))
        except ValueError:
            continue
    return ids
