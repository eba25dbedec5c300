"""Views of the workbench that people keep under a name, for themselves or for a shop."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Case, Q, QuerySet, When
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.models import Merchant
from fulfilment.models import SavedView

# What a view keeps of an address: what is looked for, and among what.
KEPT = ("q", "queue", "status__exact", "shop")
MOST = 50


def query_of(text: str) -> str:
    """What is kept of an address's query."""
    said = QueryDict(text)
    kept = QueryDict(mutable=True)
    for name in KEPT:
        value = said.get(name, "").strip()[:120]
        if value:
            kept[name] = value
    return kept.urlencode()


def of(user: User, *, merchants: Collection[int]) -> QuerySet[SavedView]:
    """The person's own first, and those that `merchants` share, of which they are a member: what they
    shared with a shop that they have left is the shop's."""
    found = SavedView.objects.filter(Q(author=user, merchant=None) | Q(merchant__in=merchants))
    others = Case(When(author=user, then=0), default=1)
    return found.select_related("author", "merchant").order_by(others, "name", "pk")


def keep(user: User, *, name: str, query: str, merchant: Merchant | None) -> SavedView:
    """Keep `query` under `name`, shared with `merchant` if there is one.

    Raises ValidationError for no name, one that the person has already, or more than MOST views.
    """
    if SavedView.objects.filter(author=user).count() >= MOST:
        raise ValidationError(_("You have %(most)s views: delete one first.") % {"most": MOST})
    view = SavedView(author=user, name=_tidy(name), query=query_of(query), merchant=merchant)
    _save(view)
    return view


def rename(view: SavedView, *, name: str) -> None:
    """Raises ValidationError as `keep` does."""
    view.name = _tidy(name)
    _save(view)


def delete(view: SavedView) -> None:
    view.delete()


def _tidy(name: str) -> str:
    return " ".join(name.replace("\0", "").split())


def _save(view: SavedView) -> None:
    view.full_clean()
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise ValidationError(_("You have a view of this name already.")) from None
