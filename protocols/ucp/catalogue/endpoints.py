"""Searching the catalogue, looking things up by id, and one product in detail.

https://ucp.dev/2026-04-08/specification/catalog
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from catalogue.models import Product
from feeds import limits as searches
from feeds.limits import TooOften
from feeds.search import results
from protocols import catalogue_ids
from protocols.catalogue_ids import Found
from protocols.ucp import capabilities
from protocols.ucp.catalogue import context, documents, narrowing, searching, shelf
from protocols.ucp.catalogue.shelf import Filters, Shelf
from protocols.ucp.endpoint import UcpEndpoint
from protocols.ucp.errors import Invalid, NoResource, Refusal, info
from protocols.ucp.inputs import Inputs
from shopping import queries
from shopping.paging import UnknownCursor
from shopping.patience import TookTooLong

MOST_IDS = 100
Document = dict[str, Any]


def _filters(endpoint: UcpEndpoint, body: Inputs) -> tuple[Filters, list[Document]]:
    """What is asked for, of what the platform may sell."""
    filters, messages = context.filters(body)
    return replace(filters, agent_id=endpoint.call.identity.agent.pk), messages


class Search(UcpEndpoint):
    capability = capabilities.SEARCH
    keyed = False

    def post(self) -> Document:
        body = Inputs(self.call.body)
        paging, (filters, messages) = body.object("pagination"), _filters(self, body)
        size = min(paging.whole("limit", least=1) or searching.USUAL, searching.MOST)
        typed = queries.clean(body.text("query"), longest=results.LONGEST)
        try:
            searches.count_search(None, address=self.call.platform.principal)
            page = searching.find(
                typed,
                filters,
                reader=context.reader(body),
                size=size,
                cursor=paging.text("cursor", longest=200),
            )
        except UnknownCursor:
            raise Invalid("No page begins there.", path="$.pagination.cursor") from None
        except TookTooLong:
            content = "This search took too long. Try fewer or other words."
            raise Invalid(content, path="$.query", code="took_too_long") from None
        except TooOften as error:
            headers = {"Retry-After": str(error.seconds)}
            raise Refusal(429, "too_many_requests", error.message, headers=headers) from None
        document: Document = {
            "products": [documents.product(page.shelf, each) for each in page.products],
            "pagination": {"has_next_page": bool(page.next)},
        }
        if page.next:
            document["pagination"]["cursor"] = page.next
        return document | ({"messages": messages} if messages else {})


class Lookup(UcpEndpoint):
    capability = capabilities.LOOKUP
    keyed = False

    def post(self) -> Document:
        body = Inputs(self.call.body)
        ids = list(dict.fromkeys(body.texts("ids", required=True, most=MOST_IDS)))
        filters, messages = _filters(self, body)
        found = catalogue_ids.find(ids)
        on_shelf = shelf.read({each.product_pk for each in found.values()}, filters)
        meant = _meant(on_shelf, found)
        products = [
            _with_inputs(on_shelf, product, meant[product.pk])
            for product in on_shelf.products.values()
            if product.pk in meant
        ]
        shown = {each["id"] for forms in meant.values() for ids in forms.values() for each in ids}
        messages += [
            info("not_found", f"Nothing on sale has the id {each[:200]}.", path=f"$.ids[{place}]")
            for place, each in enumerate(ids)
            if each not in shown
        ]
        return {"products": products} | ({"messages": messages} if messages else {})


class ProductDetail(UcpEndpoint):
    capability = capabilities.LOOKUP
    keyed = False

    def post(self) -> Document:
        body = Inputs(self.call.body)
        asked = body.text("id", required=True)
        filters, messages = _filters(self, body)
        picked = {
            each.text("name", required=True): each.text("label", required=True)
            for each in body.objects("selected")
        }
        preferences = body.texts("preferences")
        found = catalogue_ids.find([asked]).get(asked)
        product, on_shelf = _one(found, filters)
        variant = next(
            (v for v in on_shelf.variants[product.pk] if found and v.pk == found.variant_pk), None
        )
        picked = picked or (documents.chosen(product, variant) if variant else {})
        effective = narrowing.effective(on_shelf, product, picked, preferences)
        if not picked:
            effective = documents.chosen(product, on_shelf.featured(product))
        shown = narrowing.matching(on_shelf, product, effective if picked else {})
        document = documents.product(on_shelf, product, variants=shown)
        if "options" in document:
            document["options"] = narrowing.options(on_shelf, product, effective)
            document["selected"] = documents.selected(effective)
        return {"product": document} | ({"messages": messages} if messages else {})


def _meant(on_shelf: Shelf, found: dict[str, Found]) -> dict[int, dict[int, list[Document]]]:
    """By product and variant (primary keys), the ids that were asked for which mean it."""
    meant: dict[int, dict[int, list[Document]]] = defaultdict(lambda: defaultdict(list))
    for text, each in found.items():
        product = on_shelf.products.get(each.product_pk)
        if product is None:
            continue
        if each.variant_pk is None:
            featured = on_shelf.featured(product).pk
            meant[product.pk][featured].append({"id": text, "match": "featured"})
        elif any(v.pk == each.variant_pk for v in on_shelf.variants[product.pk]):
            meant[product.pk][each.variant_pk].append({"id": text, "match": "exact"})
    return meant


def _with_inputs(on_shelf: Shelf, product: Product, inputs: dict[int, list[Document]]) -> Document:
    forms = [each for each in on_shelf.variants[product.pk] if each.pk in inputs]
    return documents.product(on_shelf, product, variants=forms, inputs=inputs)


def _one(found: Found | None, filters: Filters) -> tuple[Product, Shelf]:
    """Raises NoResource where there is nothing on sale that it means."""
    on_shelf = shelf.read([found.product_pk] if found else [], filters)
    product = on_shelf.products.get(found.product_pk) if found else None
    if product is None:
        raise NoResource("not_found", "Nothing on sale has this id.")
    return product, on_shelf
