"""What is sent by a form after its writer's sign-in has run out: it waits in the browser's session
until they have signed in again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import uuid4

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict

from accounts.models import User
from feeds import drafts
from feeds.drafts import MOST_TICKED, Written
from feeds.forms import chosen_ids, typed_body
from feeds.models import Post
from feeds.requests import person, place

KEPT = "typed"
# Letters of a handle or a public id: the session of a stranger holds no more than a form does.
MOST_NAMED = 36
View = Callable[..., HttpResponse]


def keeps_what_is_typed(back: Callable[..., str]) -> Callable[[View], View]:
    """As `login_required`, but a post is kept for after the sign-in, which leads to `back`.

    `back` takes what the view takes.
    """

    def decorated(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if person(request) is not None:
                return view(request, *args, **kwargs)
            address = back(request, *args, **kwargs)
            if request.method == "POST" and request.POST.get("body"):
                products = request.POST.getlist("products")[:MOST_TICKED]
                request.session[KEPT] = {
                    "writer": request.POST.get("writer", "")[:MOST_NAMED],
                    "body": typed_body(request.POST),
                    "products": [name[:MOST_NAMED] for name in products],
                    "paid_partnership": "paid_partnership" in request.POST,
                    "reply": request.POST.get("reply", "")[:MOST_NAMED],
                    "quote": request.POST.get("quote", "")[:MOST_NAMED],
                }
            return redirect_to_login(address)

        return wrapped

    return decorated


def take_up(request: HttpRequest, user: User) -> None:
    """Make a draft of what waits in the session, if it is `user` who wrote it."""
    held = request.session.pop(KEPT, None)
    if held is None or held["writer"] not in ("", user.handle):
        return
    named = QueryDict(mutable=True)
    named.update({name: held[name] for name in ("reply", "quote")})
    written = Written(
        body=held["body"],
        products=chosen_ids(held["products"]),
        paid_partnership=held.get("paid_partnership"),
    )
    drafts.keep(user, uuid4(), place=place(named, among=Post.objects.all()), written=written)
