"""The admin: who comes in, by which door, and under which content security policy."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from shopping.autocompletes import OwnAutocomplete
from shopping.own_rows import access

# What unfold's scripts and styles need; see docs/adr/0020-admin-csp.md. Of Stripe's, no script and
# no frame is among it, only the pages to which a shop's owner is sent on from a form.
POLICY = {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "connect-src": [SELF],
    "frame-src": [NONE],
    "form-action": [SELF, settings.STRIPE_PAGES],
}


class AdminSite(UnfoldAdminSite):
    """Only what is registered here by name is here: no model of a library comes in by itself."""

    index_title = _("Today")

    def has_permission(self, request: HttpRequest) -> bool:
        return access(request).enters

    def admin_view(
        self,
        view: Callable[..., Any],
        cacheable: bool = False,  # noqa: FBT001, FBT002 – Django's signature
    ) -> Callable[..., Any]:
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            way = self.second_step(request)
            if way:
                return HttpResponseRedirect(way)
            with timezone.override(ZoneInfo(access(request).zone)):
                answer = view(request, *args, **kwargs)
                # Else it would be written later, by the clocks of the server.
                if isinstance(answer, SimpleTemplateResponse):
                    answer.render()
            return answer

        guarded: Callable[..., Any] = csp_replace(POLICY)(super().admin_view(asked, cacheable))
        return guarded

    def second_step(self, request: HttpRequest) -> str | None:
        """Where staff and owners have to go first, who have not shown a second factor in this
        session; None for everybody else, and for signing out."""
        if not access(request).needs_two_factor or request.path == reverse("admin:logout"):
            return None
        way: str | None = import_string(settings.SECOND_STEP)(request)
        return way

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One sign-in for all, with its limits on guessing: the shop's own."""
        wanted = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
            wanted = reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(wanted, resolve_url("account_login"))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(resolve_url("account_change_password"))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        return OwnAutocomplete.as_view(admin_site=self)(request)

    def search(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Each list has its search; one across all of them is not offered."""
        raise Http404


site = AdminSite()
