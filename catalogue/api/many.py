"""Up to a thousand items in one call, each with its own result; one that will not do stops no other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue import counts, prices, upserts
from catalogue.api import examples, inputs, own, plain
from catalogue.api.inputs import MOST_ITEMS, Prices, Stocks, Upserts
from catalogue.api.shapes import ResultsShape
from catalogue.imported import Outcome
from catalogue.models import Category, Merchant, StockMovement, Variant
from catalogue.plans import NEW, SAME, Refused
from catalogue.prices import NewPrice
from catalogue.products import ProductError, check_price
from partners import problems
from partners.api import ShopEndpoint
from partners.api.call_keys import call_key
from partners.problems import Problem

Reason = StockMovement.Reason
Result = dict[str, Any]
# Where the planning names no one variant.
OF_VARIANTS = {"price", "active", "sku"}


class ManyEndpoint(ShopEndpoint):
    """`item` is the shape of one of its `items`."""

    most_bytes = 16 * 1024 * 1024
    item: type[serializers.Serializer[Any]]
    # Errors that the answer still names; of every item its first.
    room = problems.MOST_ERRORS

    def items(
        self, request: Request, *, beside: Iterable[str] = ()
    ) -> list[dict[str, Any] | Result]:
        """Each item as its shape has it, or else the result that refuses it. Raises Problem 400 where
        there are no items, or too many."""
        body = request.data
        sent = body.get("items") if isinstance(body, Mapping) else None
        if not isinstance(sent, list) or not 1 <= len(sent) <= MOST_ITEMS:
            said = _("Send “items”, 1 to %(most)d of them.") % {"most": MOST_ITEMS}
            raise Problem(400, "invalid", said, pointer="#/items")
        for name in body:
            if name != "items" and name not in beside:
                raise Problem(
                    400, "unknown_field", _("There is no such field."), pointer=f"#/{name[:200]}"
                )
        return [self._read(each, place) for place, each in enumerate(sent)]

    def _read(self, told: Any, place: int) -> dict[str, Any] | Result:
        if plain.plainly(self.item)(told):
            return dict(told)
        read = self.item(data=told)
        if read.is_valid():
            return dict(read.validated_data)
        errors = serializers.ValidationError(read.errors)
        errors.detail = read.errors
        found = problems.places(errors.get_full_details(), f"#/items/{place}")
        places = list(islice(found, max(self.room, 1)))
        self.room -= len(places)
        return refused("invalid", str(places[0]["detail"]), places)


class BulkProductsEndpoint(ManyEndpoint):
    scopes = {"POST": "products:write"}
    shape = ResultsShape
    codes = own.CODES
    item = inputs.UpsertProduct

    @extend_schema(
        operation_id="products_upsert",
        summary="Create or change many products",
        description="Each item is found by its `external_id`, else by a `sku`, and made where it is not"
        " there. What an item leaves out stays as it is. Each is written wholly or not at all.",
        request=Upserts,
        responses={200: ResultsShape},
        examples=[
            examples.answered(examples.RESULTS),
            examples.sent(
                "Two",
                value={
                    "items": [
                        {
                            "external_id": "mug-1",
                            "title": "Stoneware mug",
                            "status": "active",
                            "variants": [
                                {
                                    "sku": "MUG-1",
                                    "price": {"amount": 1800, "currency": "EUR"},
                                    "on_hand": 30,
                                }
                            ],
                        },
                        {"sku": "TEE-M", "title": "Crew-neck T-shirt, heavy"},
                    ]
                },
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        read = self.items(request)
        known = _categories(read)
        results: list[Result | None] = []
        named: set[tuple[str, str]] = set()
        for place, item in enumerate(read):
            results.append(_refusal(item, place, known, named))
        good = [place for place, result in enumerate(results) if result is None]
        outcomes = upserts.upsert(
            self.merchant,
            [read[place] for place in good],
            actor=self.caller.user,
            reference=self.caller.name,
        )
        for place, outcome in zip(good, outcomes, strict=True):
            results[place] = _came_of(outcome, place)
        return Response({"results": results})


class BulkPricesEndpoint(ManyEndpoint):
    scopes = {"POST": "products:write"}
    shape = ResultsShape
    codes = own.CODES
    item = inputs.PriceItem

    @extend_schema(
        operation_id="prices_set_many",
        summary="Set the prices of many variants",
        description="Each by its `sku` or its `variant_id`; the struck price is none where it is not given.",
        request=Prices,
        responses={200: ResultsShape},
        examples=[
            examples.answered(examples.RESULTS),
            examples.sent(
                "One",
                value={"items": [{"sku": "TEE-M", "price": {"amount": 1900, "currency": "EUR"}}]},
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        read = self.items(request)
        found = _Found(self.merchant, read)
        wanted: dict[int, NewPrice] = {}
        for place, variant in found.variants():
            item = read[place]
            new = NewPrice(item["price"]["amount"], own.amount(item.get("compare_at_price")))
            try:
                own.check_currency(
                    variant.product.currency, item["price"], item.get("compare_at_price")
                )
                check_price(new.price, new.compare_at_price)
            except Problem as problem:
                found.refuse(place, problem.code, str(problem.detail))
            except ProductError as error:
                found.refuse(place, "refused", error.message)
            else:
                wanted[variant.pk] = new
        changed = prices.change_many(self.merchant, wanted, actor=self.caller.user)
        return Response({"results": found.results(changed)})


class BulkStockEndpoint(ManyEndpoint):
    scopes = {"POST": "stock:write"}
    shape = ResultsShape
    codes = own.CODES
    item = inputs.StockItemBody

    @extend_schema(
        operation_id="stock_set_many",
        summary="Set or change the stock of many variants",
        description="Each by its `sku` or its `variant_id`: to `on_hand`, or by `delta`.",
        request=Stocks,
        responses={200: ResultsShape},
        examples=[
            examples.answered(examples.RESULTS),
            examples.sent(
                "Counted and sold elsewhere",
                value={"items": [{"sku": "TEE-M", "on_hand": 9}, {"sku": "TEE-L", "delta": -1}]},
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        read = self.items(request, beside=("reason", "reference"))
        body: Any = request.data
        beside = {name: value for name, value in body.items() if name != "items"}
        about = inputs.StockReason(data=beside)
        about.is_valid(raise_exception=True)
        reason = Reason(about.validated_data.get("reason", Reason.ADJUSTMENT))
        found = _Found(self.merchant, read)
        exact, moves = _figures(found, read, reason)
        told = {"actor": self.caller.user, "reference": about.validated_data.get("reference", "")}
        done = [
            counts.set_each(exact, reason=reason, **told),
            counts.shift_each(moves, reason=reason, call_key=call_key(self), **told),
        ]
        for key, available in [each for one in done for each in one.short.items()]:
            problem = own.reserved(available)
            found.refuse(found.place_of[key], problem.code, str(problem.detail))
        return Response({"results": found.results({key for one in done for key in one.changed})})


def _figures(
    found: _Found, read: list[dict[str, Any]], reason: Reason
) -> tuple[dict[int, int], dict[int, int]]:
    """What is set and what is moved; whatever says neither, or both, or goes the wrong way, is refused."""
    exact: dict[int, int] = {}
    moves: dict[int, int] = {}
    counting = reason in (Reason.ADJUSTMENT, Reason.COUNT)
    for place, variant in found.variants():
        on_hand: Any = read[place].get("on_hand")
        delta: Any = read[place].get("delta")
        if (on_hand is None) == (delta is None):
            found.refuse(place, "invalid", _("Either on_hand or delta."))
        elif on_hand is not None:
            if counting:
                exact[variant.pk] = on_hand
            else:
                found.refuse(place, "wrong_way", _("For this reason, say by how many."))
        elif (reason in StockMovement.COMING and delta < 0) or (
            reason in StockMovement.GOING and delta > 0
        ):
            found.refuse(place, "wrong_way", _("Goods do not go that way for this reason."))
        elif delta:
            moves[variant.pk] = delta
    return exact, moves


class _Found:
    """Which variants the items of a call mean; one statement."""

    def __init__(self, merchant: Merchant, read: list[dict[str, Any]]) -> None:
        self._results: list[Result | None] = [each if is_refused(each) else None for each in read]
        own_rows = Variant.objects.filter(merchant=merchant).select_related("product")
        skus = {each["sku"] for each in read if "sku" in each}
        ids = {each["variant_id"] for each in read if "variant_id" in each}
        by_sku = {row.sku: row for row in own_rows.filter(sku__in=skus)} if skus else {}
        by_id = {row.public_id: row for row in own_rows.filter(public_id__in=ids)} if ids else {}
        self._of: dict[int, Variant] = {}
        self.place_of: dict[int, int] = {}
        for place, each in enumerate(read):
            if self._results[place] is not None:
                continue
            self._find(place, each, by_sku, by_id)

    def _find(
        self,
        place: int,
        item: dict[str, Any],
        by_sku: dict[str, Variant],
        by_id: dict[UUID, Variant],
    ) -> None:
        if ("sku" in item) == ("variant_id" in item):
            self.refuse(place, "invalid", _("Either sku or variant_id."))
            return
        variant = by_sku.get(item.get("sku", "")) or by_id.get(item.get("variant_id"))  # type: ignore[arg-type]
        if variant is None:
            self.refuse(place, "not_found", _("No variant of this shop is called so."))
        elif variant.pk in self.place_of:
            self.refuse(place, "sent_twice", _("This call names it before."))
        else:
            self._of[place], self.place_of[variant.pk] = variant, place

    def variants(self) -> list[tuple[int, Variant]]:
        """Those that are there, with the places of their items."""
        return list(self._of.items())

    def refuse(self, place: int, code: str, detail: str) -> None:
        self._results[place] = refused(code, detail, [_at(place, code, detail)])

    def results(self, changed: set[int]) -> list[Result]:
        """In the order of the items; `changed` are the primary keys of what is another now."""
        done = []
        for place, result in enumerate(self._results):
            if result is None:
                variant = self._of[place]
                word = "updated" if variant.pk in changed else "unchanged"
                result = {"result": word, "id": str(variant.public_id), "problem": None}
            done.append(result)
        return done


def refused(code: str, detail: str, errors: list[dict[str, Any]]) -> Result:
    problem = {"code": code, "detail": detail, "errors": errors}
    return {"result": "refused", "id": None, "problem": problem}


def is_refused(read: dict[str, Any]) -> bool:
    return read.get("result") == "refused"


def _at(place: int, code: str, detail: str, field: str = "") -> dict[str, Any]:
    pointer = f"#/items/{place}" + (f"/{field}" if field else "")
    return {"detail": detail, "code": code, "pointer": pointer}


def _categories(read: list[dict[str, Any]]) -> set[str]:
    """Those named slugs that there are."""
    named = {each["category"] for each in read if each.get("category")}
    if not named:
        return set()
    return set(Category.objects.filter(slug__in=named).values_list("slug", flat=True))


def _refusal(
    item: dict[str, Any], place: int, known: set[str], named: set[tuple[str, str]]
) -> Result | None:
    """Why an item is not even tried; `named` are those of the call before it."""
    if is_refused(item):
        return item
    kind = "external_id" if item.get("external_id") else "sku"
    name = item.get(kind)
    if not name:
        code, detail, field = "invalid", _("An item needs an external_id or a sku."), ""
    elif (kind, name) in named:
        code, detail, field = "sent_twice", _("This call names it before."), kind
    elif item.get("category") and item["category"] not in known:
        code, detail, field = "unknown_category", _("There is no such category."), "category"
    elif len(upserts.currencies(item)) > 1:
        code, detail, field = "wrong_currency", _("A product has one currency."), "variants"
    else:
        named.add((kind, name))
        return None
    return refused(code, detail, [_at(place, code, detail, field)])


def _came_of(outcome: Outcome, place: int) -> Result:
    if isinstance(outcome, Refused):
        error = outcome.error
        field = upserts.NAMED.get(error.column, error.column)
        if error.row:
            field = f"variants/{error.row - 1}/{field}"
        elif field in OF_VARIANTS:
            field = "variants"
        return refused("refused", error.message, [_at(place, "refused", error.message, field)])
    words = {str(NEW): "created", str(SAME): "unchanged"}
    word = words.get(outcome.fate, "updated")
    return {"result": word, "id": str(outcome.product.public_id), "problem": None}
