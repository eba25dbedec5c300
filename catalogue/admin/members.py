"""The Members page of a shop: who works for it, who is asked to, and what was done to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from accounts.requests import actor
from catalogue import members
from catalogue.members import MemberError
from catalogue.models import Invitation, Membership, Merchant
from catalogue.roles import Capability
from shopping import operator_reasons
from shopping.ids import key_of
from shopping.own_rows import OwnRowsAdmin, access

SHOWN = 50


class MembersPage(OwnRowsAdmin):
    """Adds the page, and the button that leads to it, to the shops' admin; for who manages a shop."""

    actions_detail: ClassVar[tuple[str, ...]] = ("members",)

    def has_members_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        shop = self.get_object(request, str(object_id)) if object_id else None
        return shop is not None and access(request).may(Capability.MANAGE, shop.pk)

    @action(
        description=gettext_lazy("Members and history"),
        url_path="members",
        icon="group",
        permissions=["members"],
    )
    def members(self, request: HttpRequest, object_id: str) -> HttpResponse:
        merchant = self.get_object(request, object_id)
        if not isinstance(merchant, Merchant):
            raise Http404
        if not access(request).may(Capability.MANAGE, merchant.pk):
            raise PermissionDenied
        typed: dict[str, str] = {}
        if request.method == "POST":
            done = self._press(request, merchant)
            if done:
                messages.success(request, done)
                return HttpResponseRedirect(request.get_full_path())
            typed = {name: request.POST.get(name, "") for name in ("email", "role", "member")}
        return self._page(request, merchant, typed)

    def _press(self, request: HttpRequest, merchant: Merchant) -> str:
        """Call the verb of the button that was pressed; what to say of it, "" where it refused."""
        presses: dict[str, Callable[[HttpRequest, Merchant, dict[str, Any]], str]] = {
            "invite": _invite,
            "revoke": _revoke,
            "role": _give_role,
            "remove": _remove,
            "end_key": _end_key,
        }
        press = presses.get(request.POST.get("do", ""))
        if press is None:
            raise Http404
        who = {"actor": actor(request), "reason": operator_reasons.said(request)}
        if access(request).everything and not who["reason"]:
            messages.error(request, _("Say why: the shop's owners read it."))
            return ""
        try:
            return press(request, merchant, who)
        except MemberError as refusal:
            messages.error(request, refusal.message)
        return ""

    def _page(
        self, request: HttpRequest, merchant: Merchant, typed: dict[str, str]
    ) -> HttpResponse:
        there = merchant.memberships.select_related("user").order_by("pk")
        asked = merchant.invitations.filter(accepted_at=None, revoked_at=None)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Members of %(shop)s") % {"shop": merchant.name},
            "opts": self.opts,
            "shop": merchant,
            "members": there,
            "invitations": asked.select_related("invited_by")[:SHOWN],
            "keys": members.keys_left_behind(merchant)[:SHOWN],
            "acts": merchant.acts.select_related("actor")[:SHOWN],
            "roles": Membership.Role.choices,
            "staff": access(request).everything,
            "reason": operator_reasons.said(request),
            "typed": typed,
        }
        return TemplateResponse(request, "admin/catalogue/merchant/members.html", context)


def _member(request: HttpRequest, merchant: Merchant) -> Membership:
    """One of this shop's. Raises Http404 for any other."""
    key = key_of(request.POST.get("member", ""))
    found = merchant.memberships.select_related("user").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _invite(request: HttpRequest, merchant: Merchant, who: dict[str, Any]) -> str:
    email, role = request.POST.get("email", ""), request.POST.get("role", "")
    asked = members.invite(merchant, email=email, role=role, **who)
    return _("%(email)s is invited.") % {"email": asked.email}


def _revoke(request: HttpRequest, merchant: Merchant, who: dict[str, Any]) -> str:
    key = key_of(request.POST.get("invitation", ""))
    asked: Invitation | None = merchant.invitations.filter(pk=key).first()
    if asked is None:
        raise Http404
    members.revoke(asked, **who)
    return _("The invitation of %(email)s is taken back.") % {"email": asked.email}


def _give_role(request: HttpRequest, merchant: Merchant, who: dict[str, Any]) -> str:
    member = _member(request, merchant)
    members.give_role(member, request.POST.get("role", ""), **who)
    return _("%(who)s has another role now.") % {"who": member.user.display_name}


def _remove(request: HttpRequest, merchant: Merchant, who: dict[str, Any]) -> str:
    member = _member(request, merchant)
    members.remove(member, **who)
    said = _("%(who)s works for the shop no longer.") % {"who": member.user.display_name}
    if members.keys_left_behind(merchant).filter(made_by=member.user).exists():
        said += " " + _("Keys that they made still open the shop: end those below that they hold.")
    return said


def _end_key(request: HttpRequest, merchant: Merchant, who: dict[str, Any]) -> str:
    key = members.keys_left_behind(merchant).filter(pk=key_of(request.POST.get("key", ""))).first()
    if key is None:
        raise Http404
    members.end_key(key, merchant, **who)
    return _("The key %(name)s opens nothing any more.") % {"name": key.name}
