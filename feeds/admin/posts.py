"""Posts that staff takes out of sight."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from feeds import posts
from feeds.models import Post
from shopping.admin_site import site
from shopping.pressed_rows import PressedAdmin


@admin.register(Post, site=site)
class PostAdmin(PressedAdmin):
    changing = "moderate"
    list_display = ["created_at", "author", "text", "language", "shown"]
    list_filter = ["language", ("deleted_at", admin.EmptyFieldListFilter)]
    search_fields = ["=author__handle", "=public_id"]
    list_select_related = ["author"]
    ordering = ["-id"]
    actions = ["hide"]
    fields = readonly_fields = ["author", "body", "language", "created_at", "deleted_at"]

    @admin.action(description=_("Delete"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        done = len(self.run(request, queryset, posts.delete))
        said = ngettext("%(count)d post deleted.", "%(count)d posts deleted.", done)
        messages.success(request, said % {"count": done})

    @display(description=_("text"))
    def text(self, post: Post) -> str:
        return post.body[:80]

    @display(description=_("shown"), boolean=True)
    def shown(self, post: Post) -> bool:
        return post.deleted_at is None
