"""Pictures, sent before the post that shows them."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from feeds import pictures
from feeds.api import examples, shapes
from feeds.api.endpoints import WRITE, PostsEndpoint
from feeds.api.shapes import NewPictureOut, PictureIn
from feeds.limits import TooOften
from feeds.pictures import PictureRefused


class Pictures(PostsEndpoint):
    scopes = {"POST": WRITE}
    filters = frozenset()
    parser_classes = [MultiPartParser]
    most_bytes = pictures.LARGEST_BYTES + 64 * 1024
    refusals = {PictureRefused: 422, TooOften: 429}

    @extend_schema(
        operation_id="post_pictures_create",
        summary="Send a picture for a post",
        description="It is drawn anew in several widths; nothing else that the file held is kept. Name it in"
        " `pictures` of a new post within a day, or it is forgotten.",
        request={"multipart/form-data": PictureIn},
        responses={201: NewPictureOut},
        examples=[
            examples.sent(
                "A file",
                {"file": "(the file)", "alt": "The beach at noon"},
                media_type="multipart/form-data",
            ),
            examples.shown("Kept", examples.PICTURE, status=201),
        ],
    )
    def post(self, request: Request) -> Response:
        words = self.read(PictureIn)
        made = pictures.bring(self.author, content=words["file"], alt=words.get("alt", ""))
        return Response(shapes.new_picture(made), status=201)
