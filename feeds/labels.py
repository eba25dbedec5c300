"""What the buttons below a post are called, with their figures."""

from __future__ import annotations

from django.utils.translation import ngettext

from feeds.entries import Entry


def reply(count: int) -> str:
    return ngettext("Reply, %(n)s reply", "Reply, %(n)s replies", count) % {"n": count}


def like(count: int) -> str:
    return ngettext("Like, %(n)s like", "Like, %(n)s likes", count) % {"n": count}


def sign_in_to_like(count: int) -> str:
    words = ngettext("Sign in to like, %(n)s like", "Sign in to like, %(n)s likes", count)
    return words % {"n": count}


def repost(count: int) -> str:
    """Of the menu with Repost and Quote; `count` is of both."""
    return ngettext("Repost, %(n)s repost", "Repost, %(n)s reposts", count) % {"n": count}


def sign_in_to_repost(count: int) -> str:
    words = ngettext("Sign in to repost, %(n)s repost", "Sign in to repost, %(n)s reposts", count)
    return words % {"n": count}


def of(entry: Entry, *, signed_in: bool) -> dict[str, str]:
    """The names of the post's buttons, by what they do."""
    return {
        "reply": reply(entry.reply_count),
        "repost": (repost if signed_in else sign_in_to_repost)(entry.repost_count),
        "like": (like if signed_in else sign_in_to_like)(entry.like_count),
    }
