"""An endpoint: who may call it, what it answers when it cannot, and what is kept of the call."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, ClassVar
from urllib.parse import quote

from django.core.signals import got_request_exception
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from partners import answers, at_once, paging, preconditions, problems, pruning, rates, request_log
from partners.api.authentication import Bearer
from partners.api.parsing import Parser
from partners.callers import Caller
from partners.deprecation import Deprecation
from partners.models import StoredAnswer
from partners.problems import Problem
from shopping.ids import public_id
from shopping.monitoring import context

logger = logging.getLogger("django.request")

SAFE = ("GET", "HEAD", "OPTIONS")
ANYTHING = ("*/*", "application/json")
# Of every endpoint, beside its own `filters`.
COMMON = frozenset({"fields", "expand"})
PAGED = frozenset({"cursor", "limit"})


class Endpoint(APIView):
    """The base of all endpoints. A subclass says:

    `scopes`: method → the scope that it needs, "" where any will do; other methods are not offered.
    `shape`: what one thing looks like; `?fields=` is read by it. `expandable`: what `?expand=` may name.
    `filters`: the query parameters that a list takes; others are an error. `paged`: whether it is a list.
    `most_rows`: how many of them a page may have.
    `refusals`: a verb's own error → its status; `error.code` or the class names the problem.
    `needs_key`: methods that are refused without an Idempotency-Key, for they move money.
    `derived`: fields that an If-Match does not ask for; see preconditions.tag.
    `most_bytes`: of a body. `codes`: of problems that it tells itself, with status and meaning.
    `secrets`: members of its answers that are shown once; an answer is kept without them.
    `conditional`: whether its changes go by If-Match (partners.preconditions.unchanged).
    `deprecated`: since when it is to go, and what takes its place; None for what stays.
    """

    authentication_classes = [Bearer]
    permission_classes = []
    throttle_classes = []
    renderer_classes = [JSONRenderer]
    parser_classes = [Parser]
    metadata_class = None

    scopes: ClassVar[Mapping[str, str]] = {}
    shape: ClassVar[type[serializers.BaseSerializer[Any]] | None] = None
    expandable: ClassVar[frozenset[str]] = frozenset()
    filters: ClassVar[frozenset[str]] = frozenset()
    paged: ClassVar[bool] = False
    most_rows: ClassVar[int] = paging.MOST
    refusals: ClassVar[Mapping[type[Exception], int]] = {}
    needs_key: ClassVar[frozenset[str]] = frozenset()
    derived: ClassVar[frozenset[str]] = frozenset()
    most_bytes: ClassVar[int] = 1024 * 1024
    codes: ClassVar[Mapping[str, tuple[int, str]]] = {}
    conditional: ClassVar[bool] = False
    secrets: ClassVar[frozenset[str]] = frozenset()
    deprecated: ClassVar[Deprecation | None] = None

    caller: Caller

    # The way of a call -----------------------------------------------------------------------

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.request_id = context.ids().get("request") or str(public_id())
        self.began, self.at = time.monotonic(), timezone.now()
        self.left: rates.Left | None = None
        self.held: StoredAnswer | None = None
        self.places = at_once.Places(self.request_id)
        self.wanted: pruning.Tree = {}
        self.expand: frozenset[str] = frozenset()
        # Problems are in one language, whatever a browser asks for.
        try:
            with translation.override("en"):
                return super().dispatch(request, *args, **kwargs)
        finally:
            self.places.leave()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not isinstance(request.auth, Caller):
            raise NotAuthenticated(_("Send “Authorization: Bearer” and a key or a token."))
        self.caller = request.auth
        self.left = rates.spend(self.caller)
        self.check_caller(request)
        self._check_parameters(request)
        if request.method not in SAFE:
            length = self._check_length(request)
            self.places.take(self.caller, length=length)
            self._hold(request)
        else:
            self.places.take(self.caller, length=0)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: FBT001, FBT002
        """JSON, of which most callers say nothing else; the others are DRF's to read."""
        if request.META.get("HTTP_ACCEPT", "*/*") in ANYTHING:
            renderer = self.get_renderers()[0]
            return renderer, renderer.media_type
        return super().perform_content_negotiation(request, force)

    def check_caller(self, request: Request) -> None:
        """Raises Problem 403 where the key or token is not good for this."""
        scope = self.scope_of("GET" if request.method == "HEAD" else str(request.method))
        if scope is None:
            self.http_method_not_allowed(request)
        elif scope and scope not in self.caller.scopes:
            raise Problem(
                403,
                "insufficient_scope",
                _("This needs the scope %(scope)s.") % {"scope": scope},
                headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
            )
        if self.caller.merchant and self.caller.merchant.is_suspended:
            raise Problem(403, "shop_suspended", _("This shop is suspended."))

    def scope_of(self, method: str) -> str | None:
        """What the caller needs for it: "" where any scope will do, None where it is not offered."""
        return self.scopes.get(method)

    def _check_parameters(self, request: Request) -> None:
        known = COMMON | self.filters | (PAGED if self.paged else frozenset())
        for name in request.query_params:
            if name not in known or request.method not in SAFE:
                raise Problem(
                    400,
                    "unknown_parameter",
                    _("There is no parameter “%(name)s” here.") % {"name": name[:60]},
                    parameter=name[:60],
                )
            if "\0" in request.query_params[name]:
                raise Problem(400, "invalid", _("A text holds no NUL."), parameter=name)
        if "fields" in request.query_params and self.shape is not None:
            self.wanted = pruning.tree(request.query_params["fields"], self.shape)
        asked = request.query_params.get("expand", "")
        self.expand = frozenset(filter(None, (name.strip() for name in asked.split(","))))
        if not self.expand <= self.expandable:
            raise Problem(
                400, "unknown_field", _("This cannot be expanded here."), parameter="expand"
            )

    def _check_length(self, request: Request) -> int:
        """Nothing longer is read: the server hands us as much as the header says, which is returned."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > self.most_bytes:
            raise Problem(
                413,
                "too_large",
                _("A body has at most %(most)d bytes here.") % {"most": self.most_bytes},
            )
        return int(length)

    def _hold(self, request: Request) -> None:
        """Take the call's Idempotency-Key; what it was answered before is answered again."""
        key = request.headers.get("Idempotency-Key")
        if key is None:
            if request.method in self.needs_key:
                raise Problem(
                    400,
                    "idempotency_key_required",
                    _("Send an Idempotency-Key, so that nothing is done twice."),
                    header="Idempotency-Key",
                )
            return
        same = answers.fingerprint(
            str(request.method),
            request.get_full_path(),
            raw_body(request._request),
            content_type=request.META.get("CONTENT_TYPE", ""),
        )
        found = answers.begin(self.caller.principal, key, fingerprint=same)
        if found.status is not None:
            raise answered(found)
        self.held = found

    @property
    def idempotency_key(self) -> str:
        """What a verb may take as its own: of this caller and this call alone; "" without one."""
        return f"{self.held.principal}:{self.held.key}" if self.held else ""

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, _Answered):
            return answers.replay(exc.stored)  # type: ignore[return-value]  # finalised alike
        if isinstance(exc, NotAuthenticated) or getattr(exc, "status_code", 0) == 401:
            exc.auth_header = self.get_authenticate_header(self.request)  # type: ignore[attr-defined]
        response = problems.answer(exc, request_id=self.request_id, refusals=self.refusals)
        if response is None:
            logger.exception("%s %s", self.request.method, self.request.path, exc_info=exc)
            got_request_exception.send(sender=type(self), request=self.request._request)
            response = problems.body(
                500,
                "server_error",
                _("The fault is ours. Ask again; name the request id if you write to us."),
                request_id=self.request_id,
            )
        response.exception = True
        return response

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        try:
            answer = self._rendered(request, response)
        except Exception as error:
            answer = self._rendered(request, self.handle_exception(error))
        if self.held is not None:
            answers.keep(self.held, answer, secrets=self.secrets)
        self._log(request, answer)
        return answer

    def _rendered(self, request: Request, response: Response) -> Response:
        answer = super().finalize_response(request, response)
        answer["Request-Id"] = self.request_id
        answer.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(answer, ["Authorization"])
        for name, value in (self.left.headers() if self.left else {}).items():
            answer.setdefault(name, value)
        if self.deprecated is not None:
            self.deprecated.mark(answer, path=request.path)
        if isinstance(answer, Response):  # A replayed answer and a streamed one are none.
            answer.render()
        return answer

    def _log(self, request: Request, answer: Response) -> None:
        if self.left is None:  # Nobody whom it would help.
            return
        told = getattr(answer, "data", None) if answer.status_code >= 400 else None
        request_log.note(
            self.caller,
            request_id=self.request_id,
            method=str(request.method),
            path=_path(request),
            status=answer.status_code,
            code=told["code"] if told else "",
            milliseconds=round((time.monotonic() - self.began) * 1000),
            at=self.at,
        )

    # What an endpoint says with -----------------------------------------------------------------

    def read(self, shape: type[serializers.Serializer[Any]], *, partial: bool = False) -> Any:
        """The body as `shape` has it. Raises the 400 that says where it is wrong."""
        serializer = shape(data=self.request.data, partial=partial, context={"caller": self.caller})
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def one(self, shown: Any, *, status: int = 200, location: str = "") -> Response:
        """One thing, with its ETag."""
        pruned = pruning.prune(shown, self.wanted) if self.wanted else None
        response = preconditions.answer(self.request, shown, pruned=pruned, derived=self.derived)
        if response.status_code == 200:
            response.status_code = status
        if location:
            response["Location"] = self.request.build_absolute_uri(location)
        return response

    def page(
        self,
        found: Any,
        at: paging.Place,
        *,
        show: Callable[[Any], Any],
        key: Callable[[Any], Any] = lambda row: row.pk,
    ) -> Response:
        """A page of a list; see partners.paging."""
        shown = show
        if self.wanted:
            shown = lambda row: pruning.prune(show(row), self.wanted)  # noqa: E731
        return paging.answer(self.request, found, at, show=shown, key=key)

    def part(self, data: list[dict[str, Any]], at: paging.Place, *, after: Any) -> Response:
        """A page of a list that says itself behind what it goes on; see partners.paging."""
        rows = [pruning.prune(row, self.wanted) for row in data]
        return paging.part(self.request, rows, name=at.name, after=after)


class ShopEndpoint(Endpoint):
    """An endpoint for what is a shop's: only keys and tokens that act for one get in."""

    @property
    def merchant(self) -> Any:
        """The Merchant whose rows these are; every read goes through it."""
        assert self.caller.merchant is not None  # noqa: S101 - check_caller saw to it
        return self.caller.merchant

    def check_caller(self, request: Request) -> None:
        super().check_caller(request)
        if self.caller.merchant is None:
            raise Problem(403, "not_a_shop", _("This is for keys and apps that act for a shop."))


def raw_body(request: HttpRequest) -> bytes:
    """The body, which stays to be read. Django's own property has a bound that files do not keep; ours
    was looked at."""
    if not hasattr(request, "_body"):
        request._body = request.read()
        request._stream = BytesIO(request._body)
    return bytes(request._body)


def _path(request: Request) -> str:
    """What the log shows of an address: of its parameters the names, for their values may be a
    shopper's."""
    said = request.META.get("QUERY_STRING", "").split("&")
    names = "&".join(quote(each.partition("=")[0][:60], safe="%") for each in said)
    return escape_uri_path(request.path) + (f"?{names}" if names else "")


def answered(stored: StoredAnswer) -> Exception:
    """What an endpoint raises that finds its call answered before: it is answered so again."""
    return _Answered(stored)


class _Answered(Exception):
    """The call was made before."""

    def __init__(self, stored: StoredAnswer) -> None:
        super().__init__(stored.key)
        self.stored = stored
