"""Pictures of products: sent, or fetched from an address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue import pictures
from catalogue.api import examples, listed, own
from catalogue.api.inputs import MediaPatch, NewMedia
from catalogue.api.listed import Shown
from catalogue.api.shapes import MediaShape
from catalogue.models import Product, ProductImage, Variant
from partners import paging, preconditions, rates
from partners.api import ShopEndpoint
from partners.api.parsing import Parser
from partners.problems import Problem
from shopping import limits
from webhooks import fetching

# A fetch holds one of our threads as long as the other side likes to take, within bounds.
FETCHES = limits.Limit("api_fetch", 60, 60)
BY_ADDRESS = {"url": "https://cdn.example.org/tee.jpg", "alt": "A folded white T-shirt"}
A_FILE = {"file": "(the file)", "alt": "A folded white T-shirt"}


class MediaListEndpoint(ShopEndpoint):
    scopes = {"GET": "products:read", "POST": "products:write"}
    shape = MediaShape
    codes = own.CODES
    paged = True
    most_bytes = 6 * 1024 * 1024
    parser_classes = [Parser, MultiPartParser]
    refusals = {fetching.Unreachable: 422, fetching.Busy: 429}

    @extend_schema(
        operation_id="media_list",
        summary="List a product's pictures",
        description="In the shop's order.",
        responses={200: MediaShape},
        examples=[examples.answered(examples.MEDIA)],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        product = own.product_of(self.merchant, public_id)
        at = paging.place(request, name=f"media:{product.pk}")
        found = _of(product)
        begins = 0 if at.after is None else int(at.after)
        page = found[begins : begins + at.limit + 1]
        places = {id(image): begins + number for number, image in enumerate(page, 1)}
        return self.page(page, at, show=_media, key=lambda image: places[id(image)])

    @extend_schema(
        operation_id="media_create",
        summary="Add a picture",
        description="JPEG, PNG, WebP or AVIF, 5 MB at the most: a `file` by multipart/form-data, or the"
        " public https `url` of one, which is fetched within ten seconds. It is drawn anew; nothing"
        " else that the file held is kept.",
        request={"application/json": NewMedia, "multipart/form-data": NewMedia},
        responses={201: MediaShape},
        examples=[
            examples.answered(examples.MEDIA),
            examples.sent("By its address", BY_ADDRESS, media_type="application/json"),
            examples.sent("A file", A_FILE, media_type="multipart/form-data"),
        ],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        product = own.product_of(self.merchant, public_id)
        told = self.read(NewMedia)
        if ("file" in told) == ("url" in told):
            raise Problem(400, "invalid", _("Either a file or a url."), pointer="#/url")
        variant = _variant(product, told.get("variant_id"))
        content = told["file"] if "file" in told else self.fetched(told["url"])
        image = pictures.add(
            product,
            content=content,
            alt=told.get("alt", ""),
            variant=variant,
            source_url=told.get("url", ""),
            actor=self.caller.user,
        )
        return self.one(_media(image), status=201, location=f"/api/v1/media/{image.public_id}/")

    def fetched(self, url: str) -> ContentFile[bytes]:
        """What stands at `url`. Raises Problem 429, Busy, Unreachable."""
        rates.count(FETCHES, self.caller)
        return ContentFile(fetching.fetch(url, most=pictures.LARGEST_BYTES), name="picture")


class MediaEndpoint(ShopEndpoint):
    scopes = {"GET": "products:read", "PATCH": "products:write", "DELETE": "products:write"}
    shape = MediaShape
    codes = own.CODES
    conditional = True

    @extend_schema(
        operation_id="media_read",
        summary="Read a picture",
        responses={200: MediaShape},
        examples=[examples.answered(examples.MEDIA)],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return self.one(_media(self.image(public_id)))

    @extend_schema(
        operation_id="media_update",
        summary="Change a picture's words, place or variant",
        request=MediaPatch,
        responses={200: MediaShape},
        examples=[
            examples.answered(examples.MEDIA),
            examples.sent("First of all", value={"position": 0}),
        ],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        image = self.image(public_id)
        told = self.read(MediaPatch)
        variant = image.variant
        if "variant_id" in told:
            variant = _variant(image.product, told["variant_id"])
        with preconditions.unchanged(request, lambda: self.locked(image)):
            pictures.edit(
                image,
                alt=told.get("alt", image.alt),
                position=told.get("position", image.position),
                variant=variant,
                actor=self.caller.user,
            )
        return self.one(_media(self.image(public_id)))

    @extend_schema(operation_id="media_delete", summary="Remove a picture", responses={204: None})
    def delete(self, request: Request, public_id: UUID) -> Response:
        image = self.image(public_id)
        with preconditions.unchanged(request, lambda: self.locked(image)):
            pictures.remove(image, actor=self.caller.user)
        return Response(status=204)

    def image(self, public_id: UUID) -> ProductImage:
        """Raises Http404."""
        found = ProductImage.objects.filter(
            product__merchant=self.merchant, public_id=public_id
        ).exclude(file="")
        image: ProductImage | None = found.select_related("product", "variant").first()
        if image is None:
            raise Http404
        return image

    def locked(self, image: ProductImage) -> Shown:
        Product.objects.select_for_update(no_key=True).get(pk=image.product_id)
        return _media(self.image(image.public_id))


def _variant(product: Product, public_id: UUID | None) -> Variant | None:
    """Raises Problem 422 for one of another product."""
    if public_id is None:
        return None
    variant = product.variants.filter(public_id=public_id).first()
    if variant is None:
        said = _("This product has no such variant.")
        raise Problem(422, "unknown_variant", said, pointer="#/variant_id")
    return variant


def _of(product: Product) -> list[ProductImage]:
    """All of them: a product has at most pictures.MOST."""
    found: Any = product.images.exclude(file="").select_related("variant")
    return list(found)


def _media(image: ProductImage) -> Shown:
    return {
        **listed.image(str(image.public_id), str(image.file), image.alt, image.width, image.height),
        "position": image.position,
        "variant_id": str(image.variant.public_id) if image.variant else None,
        "source_url": image.source_url,
    }
