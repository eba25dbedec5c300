"""Which of our products the addresses in a mention lead to. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import Resolver404, resolve

from catalogue.models import Product
from checkout import cart_reply_meaning as meanings
from checkout.models import Mention
from feeds import cart_replies
from feeds.models import Post

PRODUCTS = ("catalogue:product", "checkout:buy")
POST = "feeds:post"
# How many of a mention's addresses count.
MOST = 10
LONGEST = 500

Shown = tuple[Product, Post | None]


def ours(links: Iterable[str]) -> list[str]:
    """The paths of those that lead to a product or a post here, each once, in order."""
    paths = [urlsplit(link).path for link in links if _is_here(link)]
    return [path for path in dict.fromkeys(paths) if _named(path) is not None][:MOST]


def shown_by(mention: Mention) -> list[Shown]:
    """The products that `mention` is about, each with the post that showed it: by its own addresses,
    else by those in what it replies to."""
    return _shown(mention.links, mention.user_id) or _shown(mention.reply_links, mention.user_id)


def _is_here(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    here = urlsplit(settings.PUBLIC_URL).netloc
    return parts.scheme in ("https", "http") and parts.netloc == here and len(link) <= LONGEST


def _named(path: str) -> tuple[str, UUID] | None:
    """What the path of one of our pages names: which page, of what."""
    try:
        found = resolve(path)
    except Resolver404:
        return None
    public_id = found.kwargs.get("public_id")
    if found.view_name not in (*PRODUCTS, POST) or not isinstance(public_id, UUID):
        return None
    return found.view_name, public_id


def _shown(paths: Sequence[str], viewer_id: int | None) -> list[Shown]:
    found: dict[int, Shown] = {}
    for page, public_id in filter(None, map(_named, paths)):
        for product, carrier in _of(page, public_id, viewer_id):
            # A post that shows it is credited, also where its own page was named first.
            if product.pk not in found or found[product.pk][1] is None:
                found[product.pk] = (product, carrier)
    return list(found.values())


def _of(page: str, public_id: UUID, viewer_id: int | None) -> list[Shown]:
    if page in PRODUCTS:
        products = Product.objects.filter(public_id=public_id).exclude(status=Product.Status.DRAFT)
        return [(product, None) for product in products.select_related("merchant", "drop")]
    post = Post.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    carrier = cart_replies.carrier_at(post, viewer_id=viewer_id) if post else None
    return [(product, carrier) for product in meanings.products_of(carrier)] if carrier else []
