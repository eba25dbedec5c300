"""Notifications: the page, what was read, and how somebody wants to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from feeds import inbox, notice_preferences, notifications
from feeds.inbox import Cursor
from feeds.models import NoticeMail, NoticeType
from feeds.notice_preferences import MAILS, Choice
from feeds.requests import signed_in
from shopping.htmx import wants_part
from shopping.paging import UnknownCursor

HOME = "feeds:notifications"


def _reader(user: User, handle: str) -> User:
    """The profile `handle` whose notices `user` may read, themselves for "". Raises Http404."""
    if not handle:
        return user
    for profile in inbox.profiles(user):
        if profile.handle == handle:
            return profile
    raise Http404


def _inbox_of(reader: User, user: User) -> str:
    """The address of the page."""
    address = reverse(HOME)
    return address if reader == user else f"{address}?as={reader.handle}"


@never_cache
@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What one was told, or with `?as=` the shop that one posts for; by HTMX further notices."""
    user = signed_in(request)
    reader = _reader(user, request.GET.get("as", ""))
    address = _inbox_of(reader, user)
    before = request.GET.get("before")
    try:
        cursor = Cursor.of(before) if before else None
        found = inbox.read_page(reader, behind=cursor)
    except UnknownCursor:
        return redirect(address)
    context: dict[str, Any] = {
        "page": found,
        "now": timezone.now(),
        "more": f"{address}{'&' if '?' in address else '?'}before={found.next}",
        "reader": reader,
        "later": cursor is not None and cursor.part == inbox.EARLIER,
    }
    if wants_part(request):
        return render(request, "feeds/_notices.html", context)
    context |= {
        "title": _("Notifications"),
        "place": "alerts",
        "profiles": inbox.profiles(user),
        "is_shop": reader != user,
    }
    return render(request, "feeds/notifications.html", context)


@never_cache
@login_required
@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """How many are unread, for the figure in the navigation."""
    return JsonResponse({"unread": inbox.unread(signed_in(request))})


@login_required
@require_safe
def open_notice(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """On to what the notice is about. A GET that writes: opening is reading, also where there is no
    script; all that a forged one does is mark a notice as read."""
    notice = get_object_or_404(inbox.theirs(signed_in(request)), public_id=public_id)
    if request.method == "GET":
        notifications.read(notice)
    return redirect(notice.target)


@require_POST
@login_required
def read(request: HttpRequest, public_id: UUID) -> HttpResponse:
    user = signed_in(request)
    notice = get_object_or_404(inbox.theirs(user), public_id=public_id)
    notifications.read(notice)
    if wants_part(request):
        notice.refresh_from_db(fields=["read_at"])
        return render(request, "feeds/_notice.html", {"notice": notice, "now": timezone.now()})
    return redirect(_inbox_of(notice.user, user))


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """All that stood on the page: `until` says when it was made; what came later stays new."""
    user = signed_in(request)
    reader = _reader(user, request.POST.get("as", ""))
    notifications.read_all(reader, until=_moment(request.POST.get("until", "")))
    return redirect(_inbox_of(reader, user))


def _moment(text: str) -> datetime:
    """The moment that `text` is; now for anything else."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    return moment if moment and timezone.is_aware(moment) else timezone.now()


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How one wants to be told, by type."""
    user = signed_in(request)
    choices = notice_preferences.of(user)
    if request.method == "POST":
        stopped = request.POST.get("stop") == "yes"
        chosen = [_chosen(request, choice) for choice in choices]
        notice_preferences.choose(user, chosen, mails_stopped=stopped)
        messages.success(request, _("Saved"))
        return redirect("feeds:notice_preferences")
    context = {
        "title": _("How you are told"),
        "place": "alerts",
        "choices": [(choice, MAILS[choice.type]) for choice in choices],
        "stopped": notice_preferences.has_stopped_mails(user),
    }
    return render(request, "feeds/notice_preferences.html", context)


def _chosen(request: HttpRequest, choice: Choice) -> Choice:
    """What the form says of a type; a time of mailing that is none stays as it was."""
    mail = request.POST.get(f"mail_{choice.type}", "")
    return Choice(
        NoticeType(choice.type),
        on_page=request.POST.get(f"page_{choice.type}") == "yes",
        mail=NoticeMail(mail) if mail in NoticeMail.values else choice.mail,
    )


# Without a CSRF token: mail programs send this for their reader (RFC 8058), and the link's own
# secret says who that is.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mails(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link at the foot of our mails leads, signed in or not: one press stops them."""
    try:
        reader = notice_preferences.owner_of(token)
    except User.DoesNotExist:
        raise Http404 from None
    if request.method == "POST":
        notice_preferences.stop_mails(reader)
    context = {
        "title": _("Mails about the feed"),
        "reader": reader,
        "stopped": notice_preferences.has_stopped_mails(reader),
    }
    return render(request, "feeds/mails_stopped.html", context)
