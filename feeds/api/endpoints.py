"""What all endpoints of posts have in common: who reads, as whom something is done, and whom they meet."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import HANDLE, User
from feeds import relations, timelines
from feeds.api import shapes
from feeds.blocks import Apart, refuse_apart
from feeds.limits import TooOften
from feeds.models import Post
from feeds.posts import PostRefused
from feeds.timelines import Posts, Reader
from partners import paging
from partners.api import Endpoint
from partners.api.endpoints import SAFE
from partners.problems import Problem
from shopping.paging import UnknownCursor
from shopping.preferences import DEFAULT_COUNTRY

READ, WRITE = "posts:read", "posts:write"
COUNTRY = OpenApiParameter(
    "country", str, description="ISO 3166: where things are to be sent; FR without it."
)
SHOWN = OpenApiParameter(
    "shown", bool, description="Of somebody whom you have muted too: they are asked for."
)


class PostsEndpoint(Endpoint):
    """A shop reads and posts as its profile, a person as themself, and a partner reads as who is signed
    out: what a block, a mute or a suspension keeps from them on pages is kept from them here."""

    filters = frozenset({"country"})
    refusals: ClassVar[dict[type[Exception], int]] = {
        Apart: 403,
        PostRefused: 422,
        TooOften: 429,
        UnknownCursor: 400,
    }

    @cached_property
    def profile(self) -> User | None:
        """Who reads and writes."""
        merchant = self.caller.merchant
        return merchant.account if merchant else self.caller.shopper

    @property
    def author(self) -> User:
        """The same, of whom check_caller saw that they are somebody."""
        assert self.profile is not None  # noqa: S101
        return self.profile

    def check_caller(self, request: Request) -> None:
        super().check_caller(request)
        if request.method in SAFE:
            return
        self.need_profile()
        if not self.caller.live or not self.author.is_active:
            words = _("Nobody would see what this does: the profile is closed, or this is a test.")
            raise Problem(403, "profile_closed", words)

    def need_profile(self) -> None:
        """Raises Problem 403 for a partner."""
        if self.profile is None:
            raise Problem(403, "no_profile", _("This is for who acts for a shop or a person."))

    @cached_property
    def reader(self) -> Reader:
        """Raises Problem 400 for what is no country."""
        country = self.request.query_params.get("country", DEFAULT_COUNTRY)
        if not (len(country) == 2 and country.isascii() and country.isalpha()):
            raise Problem(400, "invalid", _("A country is two letters."), parameter="country")
        return timelines.reader_of(self.profile, country=country.upper())

    def meet(self, them: User) -> relations.Relation:
        """What is between the reader and `them`. Raises Apart, and Problem 403 for whom they muted and
        do not ask for."""
        relation = relations.between(self.profile, them)
        if relation.is_apart and self.profile is not None:
            refuse_apart(self.profile, other=them)
        if relation.muted and "shown" in self.filters and not self._asks_for_muted():
            words = _("You have muted @%(handle)s. Ask with “shown=true”.")
            raise Problem(403, "muted", words % {"handle": them.handle})
        return relation

    def _asks_for_muted(self) -> bool:
        asked = self.request.query_params.get("shown", "false")
        if asked not in ("true", "false"):
            raise Problem(400, "invalid", _("Say true or false."), parameter="shown")
        return asked == "true"

    def timeline(self, posts: Posts, *, name: str) -> Response:
        """A page of `posts`."""
        at = paging.place(self.request, name=name)
        before = UUID(at.after) if at.after else None
        page = timelines.read(posts, reader=self.reader, before=before, size=at.limit)
        rows = [shapes.post(entry) for entry in page.entries]
        return self.part(rows, at, after=str(page.next) if page.next else None)

    def shown(self, post: Post) -> dict[str, Any]:
        """One post as the reader has it now."""
        return shapes.post(timelines.one(post, reader=self.reader))


class PersonEndpoint(PostsEndpoint):
    """What is a person's alone: no shop likes, and none has a feed of its own."""

    def check_caller(self, request: Request) -> None:
        super().check_caller(request)
        if self.caller.shopper is None:
            raise Problem(403, "not_a_person", _("This is for apps that act for a person."))


def named(handle: str) -> User:
    """Whose handle it is, in any case. Raises User.DoesNotExist; for suspended accounts too."""
    if not HANDLE.fullmatch(handle):
        raise User.DoesNotExist
    return User.objects.named(handle).get(is_active=True)
