"""What people write before it is published: kept while they type, published once, or let go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.models import Product
from feeds import authors, pictures, posts, text
from feeds.models import Draft, PendingImage, Post
from feeds.posts import PostRefused

# What is typed beyond this (in code points) is no text that anybody would shorten to fit.
MOST_TYPED = 20_000
MOST_TICKED = 20
# Of one person; the oldest make room.
MOST_OPEN = 100
KEPT_FOR = timedelta(days=30)
USED_UP_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the text would stand: a new post, a reply to one, or a quote of one."""

    reply_to: Post | None = None
    quote_of: Post | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a form holds. None for what it does not show, which stays as it is."""

    body: str
    author: User | None = None
    products: Sequence[UUID] | None = None
    alts: Mapping[UUID, str] = field(default_factory=dict)
    removed: Sequence[UUID] = ()
    paid_partnership: bool | None = None


def current(user: User, *, place: Place) -> Draft:
    """The draft that `user` left last in `place`, or a new one, which is not stored yet."""
    pictured = PendingImage.objects.filter(draft=OuterRef("pk"))
    somewhat = ~Q(body="") | ~Q(products=[]) | Q(paid_partnership=True) | Exists(pictured)
    here = Draft.objects.open().filter(
        somewhat, user=user, reply_to=place.reply_to, quote_of=place.quote_of
    )
    fresh = Draft(user=user, key=uuid4(), reply_to=place.reply_to, quote_of=place.quote_of)
    return here.order_by("-updated_at").first() or fresh


@transaction.atomic
def keep(user: User, key: UUID, *, place: Place, written: Written) -> Draft:
    """Store what `user` has typed on the page that made `key`; what is published stays so.

    Locks the draft.
    """
    pk = started(user, key, place=place).pk
    draft = Draft.objects.select_for_update(no_key=True).get(pk=pk)
    if draft.post_id is not None:
        return draft
    draft.body = written.body.replace("\x00", "")[:MOST_TYPED]
    if written.products is not None:
        draft.products = list(dict.fromkeys(written.products))[:MOST_TICKED]
        draft.author = written.author
    if written.paid_partnership is not None:
        draft.paid_partnership = written.paid_partnership
    draft.save()
    pictures.let_go(draft, public_ids=written.removed)
    pictures.describe(draft, alts=written.alts)
    return draft


def started(user: User, key: UUID, *, place: Place) -> Draft:
    """The draft of the page that made `key`, stored if it was not; the oldest beyond MOST_OPEN go."""
    named = {"reply_to": place.reply_to, "quote_of": place.quote_of}
    draft, new = Draft.objects.get_or_create(user=user, key=key, defaults=named)
    if new:
        newest = Draft.objects.open().filter(user=user).order_by("-updated_at", "-pk")
        too_many = newest.values_list("pk", flat=True)[MOST_OPEN:]
        Draft.objects.filter(pk__in=list(too_many)).delete()
    return draft


def press(user: User, key: UUID, *, place: Place, written: Written) -> Draft:
    """As `keep`, for a button of the page. Words other than those that its draft has become are
    another draft: somebody went back to the page and wrote on."""
    draft = keep(user, key, place=place, written=written)
    if draft.post is None or _is_said_by(draft.post, written.body):
        return draft
    return keep(user, uuid4(), place=place, written=written)


def _is_said_by(post: Post, body: str) -> bool:
    return not text.is_heaped(body) and text.tidy(body) == post.body


@transaction.atomic
def publish(draft: Draft, *, language: str) -> Post:
    """The post that `draft` becomes; the one that it has become already, if it has.

    Locks the draft. Raises PostRefused, and nothing of the draft is lost.
    """
    draft = Draft.objects.select_for_update(no_key=True).get(pk=draft.pk)
    if draft.post is not None:
        return draft.post
    author = draft.author or draft.user
    if not authors.may_speak_for(draft.user, author):
        raise PostRefused(_("You may no longer post as %(name)s.") % {"name": author.display_name})
    post = posts.publish(
        author,
        body=draft.body,
        language=language,
        products=on_sale(draft.products),
        images=list(draft.images.all()),
        reply_to=draft.reply_to,
        quote_of=draft.quote_of,
        paid_partnership=draft.paid_partnership,
    )
    draft.post, draft.body, draft.products = post, "", []
    draft.save()
    return post


def on_sale(public_ids: Sequence[UUID]) -> list[Product]:
    """The products that a post is to carry, in this order. Raises PostRefused, which names those that
    cannot be bought."""
    found = Product.objects.on_sale().in_bulk(public_ids, field_name="public_id")
    missing = [public_id for public_id in public_ids if public_id not in found]
    if missing:
        raise PostRefused(gone(missing))
    return [found[public_id] for public_id in public_ids]


def gone(public_ids: Sequence[UUID]) -> str:
    """The sentence that names the products which cannot be attached."""
    shown = Product.objects.filter(public_id__in=public_ids).exclude(status=Product.Status.DRAFT)
    titles = "”, “".join(shown.order_by("title").values_list("title", flat=True))
    if not titles:
        return _("One of these products is no longer on sale.")
    return _("“%(titles)s” is no longer on sale.") % {"titles": titles}


def discard(draft: Draft) -> None:
    """Forget what was typed. Its pictures are nobody's then, and swept."""
    Draft.objects.open().filter(pk=draft.pk).delete()


def sweep() -> int:
    """Forget drafts that are used up or that nobody came back to; returns how many."""
    now = timezone.now()
    used_up = Q(post__isnull=False, updated_at__lt=now - USED_UP_FOR)
    left = Q(post=None, updated_at__lt=now - KEPT_FOR)
    gone, _by_model = Draft.objects.filter(used_up | left).delete()
    return gone
