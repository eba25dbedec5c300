"""What posts, the cards on them and profiles look like to programs."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.urls import reverse
from rest_framework import serializers

from accounts.models import User
from catalogue.offers import Offer
from feeds import cards, text
from feeds.circles import Count
from feeds.entries import Entry, Picture
from feeds.entries import Quoted as QuotedEntry
from feeds.models import PendingImage
from feeds.pictures import MOST, MOST_ALT
from feeds.relations import Relation
from feeds.threads import Branch
from partners.shapes import Money, Shape, money
from shopping.absolute import absolute

GONE = ("deleted", "unseen")
LANGUAGES = ("en", "fr")


class AuthorOut(Shape):
    handle = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=User.Kind.choices)
    avatar = serializers.URLField(allow_null=True)
    url = serializers.URLField()


class PictureOut(Shape):
    url = serializers.URLField(help_text="The widest file.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    alt = serializers.CharField(help_text="What it shows, for those who cannot see it.")


class NewPictureOut(PictureOut):
    id = serializers.UUIDField(help_text="For `pictures` of a new post, within a day.")


class CardOut(Shape):
    id = serializers.UUIDField(help_text="Of the product.")
    title = serializers.CharField()
    url = serializers.URLField()
    shop = serializers.CharField(help_text="The handle of who sells it.")
    image = serializers.URLField(allow_null=True)
    image_alt = serializers.CharField()
    price = Money(help_text="Of the cheapest variant that is there.")
    compare_at_price = Money(allow_null=True, help_text="The struck price.")
    delivery = Money(allow_null=True, help_text="To the `country`; null: not sent there.")
    can_buy = serializers.BooleanField(help_text="Now, from the `country`.")
    opens_at = serializers.DateTimeField(allow_null=True, help_text="Of a drop that is to come.")
    buy_url = serializers.URLField(
        allow_null=True, help_text="Where a person buys it from this post; null: not now."
    )


class ReposterOut(Shape):
    handle = serializers.CharField()
    name = serializers.CharField()


class QuotedOut(Shape):
    id = serializers.UUIDField()
    gone = serializers.ChoiceField(choices=GONE, allow_null=True, help_text="As of a post.")
    handle = serializers.CharField()
    name = serializers.CharField()
    text = serializers.CharField()
    paid_partnership = serializers.BooleanField()
    picture = PictureOut(allow_null=True)


class PostOut(Shape):
    id = serializers.UUIDField()
    url = serializers.URLField()
    gone = serializers.ChoiceField(
        choices=GONE,
        allow_null=True,
        help_text="Of a gap that holds replies: it was `deleted`, or is `unseen`: not for you.",
    )
    author = AuthorOut(allow_null=True, help_text="null of a gap.")
    text = serializers.CharField()
    language = serializers.CharField()
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    paid_partnership = serializers.BooleanField(help_text="Its author had something for it.")
    reply_to = serializers.UUIDField(allow_null=True)
    quote = QuotedOut(allow_null=True)
    reposted_by = ReposterOut(allow_null=True, help_text="Who brought it to this list.")
    pictures = PictureOut(many=True)
    products = CardOut(many=True, help_text="Of those that it carries, what is on sale.")
    hashtags = serializers.ListField(child=serializers.CharField())
    mentions = serializers.ListField(child=serializers.CharField(), help_text="Handles.")
    like_count = serializers.IntegerField()
    reply_count = serializers.IntegerField()
    repost_count = serializers.IntegerField(help_text="With quotes.")
    liked = serializers.BooleanField(help_text="By whom you act for; so the next ones.")
    reposted = serializers.BooleanField()
    bookmarked = serializers.BooleanField()
    editable = serializers.BooleanField(help_text="By you, at present.")


class ReplyOut(PostOut):
    first_replies = PostOut(many=True, help_text="Of this reply, the oldest.")
    more_replies = serializers.BooleanField(help_text="Whether it has others.")


# What changes of a post without anybody changing the post.
DERIVED = frozenset(
    {"author", "quote", "reposted_by", "products", "mentions", "like_count", "reply_count"}
    | {"repost_count", "liked", "reposted", "bookmarked", "editable"}
)


class ChangeIn(Shape):
    text = serializers.CharField(
        help_text=f"At most {text.MAX_LENGTH} characters as people count them."
    )
    products = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=cards.MOST,
        help_text="Ids of the products whose cards it carries, in this order.",
    )
    paid_partnership = serializers.BooleanField(
        required=False, help_text="The author had something for it."
    )


class PostIn(ChangeIn):
    language = serializers.ChoiceField(
        choices=LANGUAGES, required=False, help_text="Of the text; without it, the author's."
    )
    reply_to = serializers.UUIDField(required=False, allow_null=True, help_text="A post's id.")
    quote = serializers.UUIDField(
        required=False, allow_null=True, help_text="A post's id; a reply quotes nothing."
    )
    pictures = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=MOST,
        help_text="Ids of pictures that were sent before.",
    )


class PictureIn(Shape):
    file = serializers.FileField(help_text="JPEG, PNG, WebP, GIF or AVIF; 7 MB at the most.")
    alt = serializers.CharField(required=False, allow_blank=True, max_length=MOST_ALT)


class CountOut(Shape):
    count = serializers.IntegerField()
    more = serializers.BooleanField(help_text="There are more: it is counted no further.")


class PersonOut(AuthorOut):
    id = serializers.UUIDField()
    bio = serializers.CharField()


class ProfileOut(PersonOut):
    followers = CountOut()
    following = CountOut()
    follows = serializers.BooleanField(help_text="You follow them.")
    muted = serializers.BooleanField(help_text="You have muted them.")


class FoundOut(Shape):
    """One of these is not null: that of the kind which was looked for."""

    post = PostOut(allow_null=True)
    product = CardOut(allow_null=True)
    profile = PersonOut(allow_null=True)
    hashtag = serializers.CharField(allow_null=True)


def picture(each: Picture) -> dict[str, Any]:
    return {
        "url": absolute(each.whole),
        "width": each.width,
        "height": each.height,
        "alt": each.alt,
    }


def new_picture(row: PendingImage) -> dict[str, Any]:
    kept = Picture.of(row.files, row.width, row.height, row.alt)
    return {"id": row.public_id, **picture(kept)}


def _file(name: str) -> str | None:
    return absolute(default_storage.url(name)) if name else None


def _page(handle: str) -> str:
    return absolute(reverse("feeds:profile", args=[handle]))


def card(offer: Offer, *, entry: Entry | None = None) -> dict[str, Any]:
    """A product; of one on a post, what is bought comes from that post."""
    buy = absolute(reverse("checkout:buy", args=[offer.public_id]))
    return {
        "id": offer.public_id,
        "title": offer.title,
        "url": absolute(reverse("catalogue:product", args=[offer.public_id, offer.slug])),
        "shop": offer.merchant_handle,
        "image": _file(offer.image),
        "image_alt": offer.image_alt,
        "price": money(offer.price, offer.currency),
        "compare_at_price": _some_money(offer.compare_at, offer.currency),
        "delivery": _some_money(offer.delivery, offer.currency),
        "can_buy": offer.can_buy,
        "opens_at": offer.opens_at,
        "buy_url": (f"{buy}?post={entry.public_id}" if entry else buy) if offer.can_buy else None,
    }


def _some_money(amount: int | None, currency: str) -> dict[str, Any] | None:
    return None if amount is None else money(amount, currency)


def quoted(other: QuotedEntry) -> dict[str, Any]:
    return {
        "id": other.public_id,
        "gone": other.gone or None,
        "handle": other.handle,
        "name": other.name,
        "text": other.body,
        "paid_partnership": other.paid_partnership,
        "picture": picture(other.picture) if other.picture else None,
    }


def post(entry: Entry) -> dict[str, Any]:
    """A post; of one that is gone nothing but what holds its replies."""
    there = not entry.gone
    reposter = entry.reposted_by if there else None
    return {
        "id": entry.public_id,
        "url": absolute(reverse("feeds:post", args=[entry.public_id])),
        "gone": entry.gone or None,
        "author": _author(entry) if there else None,
        "text": entry.body,
        "language": entry.language,
        "created_at": entry.created_at,
        "edited_at": entry.edited_at if there else None,
        "paid_partnership": there and entry.paid_partnership,
        "reply_to": entry.answers,
        "quote": quoted(entry.quoted) if there and entry.quoted else None,
        "reposted_by": {"handle": reposter.handle, "name": reposter.name} if reposter else None,
        "pictures": [picture(each) for each in entry.images] if there else [],
        "products": [card(offer, entry=entry) for offer in entry.offers] if there else [],
        "hashtags": text.hashtags(entry.body),
        "mentions": list(entry.mentioned) if there else [],
        "like_count": entry.like_count,
        "reply_count": entry.reply_count,
        "repost_count": entry.repost_count,
        "liked": entry.liked,
        "reposted": entry.reposted,
        "bookmarked": entry.bookmarked,
        "editable": there and entry.editable,
    }


def _author(entry: Entry) -> dict[str, Any]:
    return {
        "handle": entry.handle,
        "name": entry.name,
        "kind": User.Kind.SHOP if entry.is_shop else User.Kind.PERSON,
        "avatar": _file(entry.avatar),
        "url": _page(entry.handle),
    }


def reply(branch: Branch) -> dict[str, Any]:
    return {
        **post(branch.reply),
        "first_replies": [post(entry) for entry in branch.below],
        "more_replies": branch.more,
    }


def person(user: User) -> dict[str, Any]:
    return {
        "id": user.public_id,
        "handle": user.handle,
        "name": user.display_name,
        "kind": user.kind,
        "avatar": _file(user.avatar.name or ""),
        "url": _page(user.handle),
        "bio": user.bio,
    }


def profile(
    user: User, *, followers: Count, following: Count, relation: Relation
) -> dict[str, Any]:
    return {
        **person(user),
        "followers": {"count": followers.n, "more": followers.more},
        "following": {"count": following.n, "more": following.more},
        "follows": relation.follows,
        "muted": relation.muted,
    }


def found(**kind: Any) -> dict[str, Any]:
    """A thing that a search found."""
    return {"post": None, "product": None, "profile": None, "hashtag": None, **kind}
