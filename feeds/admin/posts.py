"""Posts, for the operator's staff to look into; what becomes of them is decided in their case."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.models import User
from accounts.requests import actor
from feeds import cases
from feeds.admin.cases import MODERATE
from feeds.cases import NoCase
from feeds.models import Case, Post
from shopping.admin_site import site
from shopping.pressed_rows import PressedAdmin


@admin.register(Post, site=site)
class PostAdmin(PressedAdmin):
    changing = MODERATE
    refusals = (NoCase,)
    list_display = ["created_at", "author", "text", "language", "shown"]
    list_filter = [
        "language",
        ("deleted_at", admin.EmptyFieldListFilter),
        ("hidden_at", admin.EmptyFieldListFilter),
    ]
    search_fields = ["=author__handle", "=public_id"]
    list_select_related = ["author", "repost_of__author"]
    ordering = ["-id"]
    actions = ["look_into"]
    fields = readonly_fields = [
        "author",
        "body",
        "language",
        "created_at",
        "deleted_at",
        "hidden_at",
    ]

    @admin.action(description=_("Look into"), permissions=["change"])
    def look_into(self, request: HttpRequest, queryset: QuerySet[Post]) -> HttpResponse:
        """Opens a case of each, and leads to the one, or to the queue."""
        opened: list[Case] = []
        who = actor(request)
        self.run(request, queryset, lambda post: opened.append(_case_of(post, by=who)))
        if len(opened) == 1:
            return HttpResponseRedirect(reverse("admin:feeds_case_change", args=[opened[0].pk]))
        return HttpResponseRedirect(reverse("admin:feeds_case_changelist"))

    @display(description=_("text"))
    def text(self, post: Post) -> str:
        return post.body[:80]

    @display(description=_("shown"), boolean=True)
    def shown(self, post: Post) -> bool:
        return post.is_there


def _case_of(post: Post, *, by: User) -> Case:
    """Of a repost, its original's."""
    subject = post.original
    return cases.look_into(subject.author, post=subject, by=by)
