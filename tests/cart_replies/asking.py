"""What the tests of replies with `#cart` say and look at."""

from __future__ import annotations

from django.test import Client

from accounts.models import User
from checkout import cart_replies
from checkout.models import CartLine
from feeds import posts
from feeds.models import CartReply, Post

PART = {"HTTP_HX_REQUEST": "true"}


def reply(author: User, post: Post, body: str) -> Post:
    return posts.publish(author, body=body, language="en", reply_to=post)


def ask(author: User, post: Post, body: str = "#cart") -> CartReply:
    """What became of a reply, after one worker was at it."""
    said = reply(author, post, body)
    cart_replies.answer(CartReply.objects.get(post=said).pk)
    return CartReply.objects.get(post=said)


def page_of(browser: Client, answer: CartReply) -> str:
    return browser.get(f"/posts/{answer.post.public_id}/").content.decode()


def undo(browser: Client, answer: CartReply) -> str:
    address = f"/cart/replies/{answer.post.public_id}/undo/"
    return browser.post(address, **PART).content.decode()


def in_cart() -> dict[str, int]:
    lines = CartLine.objects.filter(saved=False).select_related("variant__product")
    return {str(line.variant): line.quantity for line in lines}
