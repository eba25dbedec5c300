"""What the codes of problems mean, and what to do: those of every endpoint here, a verb's own in
partners.error_meanings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from partners.api.endpoints import Endpoint
from partners.error_meanings import MEANINGS
from partners.problems import code_of

# The codes of single values, which stand in `errors` beside their pointers.
INSIDE = {
    "required": "the value is missing. Send it.",
    "null": "the value may not be null. Send one, or leave the field out.",
    "blank": "the text may not be empty.",
    "invalid_choice": "the value is none of those that the reference names.",
    "wrong_type": "the value is of another JSON type than the reference names.",
    "unknown_type": "there is no event of this type. The reference names all.",
    "not_a_list": "a list is asked for.",
    "empty": "the list may not be empty.",
    "max_length": "the text or list is too long.",
    "min_length": "the text or list is too short.",
    "max_value": "the number is too high.",
    "min_value": "the number is too low.",
}
COMMON: dict[str, tuple[int, str]] = {
    "invalid": (400, "Something that was sent will not do; `errors` says what and where."),
    "malformed": (400, "The body is no JSON: UTF-8, whole characters, and not too deep."),
    **{code: (400, f"Inside `errors`: {words}") for code, words in INSIDE.items()},
    "unknown_parameter": (400, "The address has a parameter that this call does not know."),
    "unknown_field": (400, "`fields` or `expand` names what is not there."),
    "invalid_cursor": (400, "The cursor is not of this list. Begin without one."),
    "took_too_long": (400, "The search was given up. Try fewer or other words."),
    "idempotency_key_required": (400, "This call moves money: send an Idempotency-Key."),
    "invalid_idempotency_key": (400, "An Idempotency-Key has 1 to 255 printable characters."),
    "no_credentials": (401, "Send “Authorization: Bearer” and a key or a token."),
    "invalid_credentials": (401, "The key or token opens nothing, or not any more."),
    "insufficient_scope": (403, "The key or token has not the scope that the call needs."),
    "not_allowed": (403, "This caller may not do this."),
    "not_a_shop": (403, "The call is for keys and apps that act for a shop."),
    "not_a_person": (403, "The call is for apps that act for a person."),
    "no_profile": (403, "The call is for who acts for a shop or a person, and so has a profile."),
    "profile_closed": (
        403,
        "Nobody would see what this does: it is a test, or the profile is closed.",
    ),
    "not_a_buyer": (
        403,
        "The call is for apps of shoppers, partners' keys, and some of it for test keys.",
    ),
    "not_a_partner": (403, "The call is for partners' keys. Ask the operator for one."),
    "test_key": (
        403,
        "A test token buys nothing that is real. To try it, use a shop's test key.",
    ),
    "live_key_needed": (403, "Only live keys do this. Use one."),
    "live_key": (403, "The call is for test keys. Make one in the admin, under API keys."),
    "muted": (403, "You have muted whom this is about; ask with `shown=true`."),
    "shop_suspended": (403, "The operator has suspended the shop."),
    "not_found": (404, "There is no such thing, or it is not yours."),
    "no_such_address": (
        404,
        "There is no such address. Each ends with a slash, and ids are UUIDs.",
    ),
    "method_not_allowed": (
        405,
        "The address does not take this method; `Allow` names those it does.",
    ),
    "not_acceptable": (406, "Answers are JSON; ask for it, or for anything, with Accept."),
    "paid_meanwhile": (
        409,
        "The payment went through meanwhile. Ask again to cancel what is paid.",
    ),
    "payment_under_way": (
        409,
        "The bank still works on the payment. Ask again when Retry-After says.",
    ),
    "call_in_progress": (409, "The same call is under way; ask again in a moment."),
    "answer_not_kept": (
        409,
        "The same call was done before; its answer was too large to keep. Read what it made.",
    ),
    "changed_meanwhile": (412, "It is not what If-Match says any more. Read it, then change it."),
    "too_large": (413, "The body is larger than one call may carry."),
    "unsupported_media_type": (415, "Send the media type that the reference names."),
    "idempotency_key_reused": (
        422,
        "The Idempotency-Key was used for another call. Use a new one.",
    ),
    "not_for_shops": (422, "Only webhooks of test spaces hear of this type. Leave it out."),
    "unknown_shop": (422, "The purchase has no part of this shop. Name one of its shops."),
    "too_many_requests": (429, "Wait as many seconds as Retry-After says."),
    "too_many_at_once": (
        429,
        "So many calls of one owner are worked on at once; wait for one of them.",
    ),
    "server_error": (500, "The fault is ours. Ask again; name the request id if you write to us."),
}


@cache
def codes() -> dict[str, tuple[int, str]]:
    """Code → status and meaning, by status and name."""
    found = dict(COMMON)
    for view in endpoints():
        found |= view.codes
        for error, status in view.refusals.items():
            for kind in kinds(error):
                found.setdefault(code_of(kind), (status, MEANINGS.get(code_of(kind), "")))
    return dict(sorted(found.items(), key=lambda item: (item[1][0], item[0])))


def endpoints() -> Iterator[type[Endpoint]]:
    """Every endpoint of the API that has an address."""
    return _endpoints(get_resolver())


def kinds(error: type[Exception]) -> Iterator[type[Exception]]:
    """`error` and every error of ours that is one."""
    yield error
    for kind in error.__subclasses__():
        if not kind.__module__.startswith("django."):
            yield from kinds(kind)


def _endpoints(resolver: URLResolver) -> Iterator[type[Endpoint]]:
    for entry in resolver.url_patterns:
        view: Any = getattr(getattr(entry, "callback", None), "cls", None)
        if isinstance(entry, URLPattern):
            if view is not None and issubclass(view, Endpoint):
                yield view
        else:
            yield from _endpoints(entry)
