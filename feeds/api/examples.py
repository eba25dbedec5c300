"""What the document of the API shows of posts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

PRODUCT_ID = "019ad3f2-7f0a-7c41-9a64-8f2d6a1b3c55"
POST_ID = "019ad41c-0b52-7e0f-8d1c-4a90e7f2c611"
PICTURE_ID = "019ad41b-9a70-7b8e-a2c3-5d0f6e1b7a20"
SITE = "https://etal.example"
AUTHOR = {
    "handle": "plage",
    "name": "Plage",
    "kind": "shop",
    "avatar": f"{SITE}/media/avatars/plage.webp",
    "url": f"{SITE}/@plage/",
}
CARD = {
    "id": PRODUCT_ID,
    "title": "Corniche flip-flops",
    "url": f"{SITE}/products/{PRODUCT_ID}/corniche-flip-flops/",
    "shop": "plage",
    "image": f"{SITE}/media/products/corniche.webp",
    "image_alt": "A pair of blue flip-flops",
    "price": {"amount": 3490, "currency": "EUR"},
    "compare_at_price": None,
    "delivery": {"amount": 390, "currency": "EUR"},
    "can_buy": True,
    "opens_at": None,
    "buy_url": f"{SITE}/buy/{PRODUCT_ID}/?post={POST_ID}",
}
POST: dict[str, Any] = {
    "id": POST_ID,
    "url": f"{SITE}/posts/{POST_ID}/",
    "gone": None,
    "author": AUTHOR,
    "text": "Back in every size. #summer",
    "language": "en",
    "created_at": "2026-11-30T09:12:44.120394Z",
    "edited_at": None,
    "paid_partnership": False,
    "reply_to": None,
    "quote": None,
    "reposted_by": None,
    "pictures": [],
    "products": [CARD],
    "hashtags": ["summer"],
    "mentions": [],
    "like_count": 12,
    "reply_count": 1,
    "repost_count": 2,
    "liked": False,
    "reposted": False,
    "bookmarked": False,
    "editable": True,
}
ANSWER = {
    **POST,
    "author": {
        "handle": "mai",
        "name": "Maï Lefort",
        "kind": "person",
        "avatar": None,
        "url": f"{SITE}/@mai/",
    },
    "text": "Also in 41?",
    "reply_to": POST_ID,
    "products": [],
    "hashtags": [],
    "like_count": 0,
    "reply_count": 0,
    "repost_count": 0,
    "editable": False,
}
REPLY = {**ANSWER, "first_replies": [], "more_replies": False}
NEW = {"text": "Back in every size. #summer", "products": [PRODUCT_ID]}
PICTURE = {
    "id": PICTURE_ID,
    "url": f"{SITE}/media/posts/{PICTURE_ID}-1600.webp",
    "width": 1600,
    "height": 1200,
    "alt": "The beach at noon",
}
PROFILE = {
    "id": "019ad3f0-11aa-7c02-b1d5-90c3e2a4f7d8",
    "handle": "plage",
    "name": "Plage",
    "kind": "shop",
    "avatar": AUTHOR["avatar"],
    "url": AUTHOR["url"],
    "bio": "Flip-flops from Biarritz.",
    "followers": {"count": 812, "more": False},
    "following": {"count": 40, "more": False},
    "follows": True,
    "muted": False,
}


def shown(name: str, value: Any, *, status: int = 200) -> OpenApiExample:
    """What is answered."""
    return OpenApiExample(name, value=value, response_only=True, status_codes=[str(status)])


def sent(name: str, value: Any, **more: Any) -> OpenApiExample:
    """What is sent."""
    return OpenApiExample(name, value=value, request_only=True, **more)
