"""Replies on a partner's network that ask for the cart: handed in, and answered at once."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import mentions
from checkout.mentions import Heard, NotYourNetwork
from checkout.models import Mention
from checkout.models.mentions import STATES
from partners.api import Endpoint
from partners.problems import Problem
from partners.shapes import Shape

LONGEST_TEXT = 10_000


class Links(serializers.ListField):
    """Whole addresses, as the text's short ones lead to them; those of other sites are passed over."""

    child = serializers.CharField(max_length=2_000)

    def __init__(self, **how: Any) -> None:
        super().__init__(max_length=50, required=False, default=list, **how)


class Author(Shape):
    id = serializers.CharField(
        max_length=200, help_text="What the network never gives to anybody else; no handle."
    )
    handle = serializers.CharField(
        max_length=100, required=False, default="", allow_blank=True, help_text="“@mai”."
    )
    language = serializers.RegexField(
        r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$",
        max_length=35,
        required=False,
        default="",
        help_text="BCP 47; in which we answer an author who has no account here.",
    )


class ReplyTo(Shape):
    links = Links(help_text="Of the post that is replied to.")


class MentionIn(Shape):
    network = serializers.CharField(max_length=60, help_text="One of the partner’s own.")
    id = serializers.CharField(max_length=200, help_text="Of the reply, on its network.")
    author = Author()
    text = serializers.CharField(max_length=LONGEST_TEXT, help_text="Plain, without markup.")
    links = Links(help_text="In the reply itself.")
    reply_to = ReplyTo(required=False)


class MentionOut(Shape):
    id = serializers.UUIDField(help_text="Of the mention, here.")
    network = serializers.CharField()
    mention = serializers.CharField(help_text="Its id on the network.")
    state = serializers.ChoiceField(choices=STATES)
    text = serializers.CharField(
        allow_null=True, help_text="To post back, as it is; null where nothing is to be posted."
    )
    language = serializers.CharField(help_text="Of the text.")


ASKED = OpenApiExample(
    "A reply",
    value={
        "network": "mastodon.example",
        "id": "113608120934",
        "author": {"id": "109", "handle": "@mai", "language": "fr"},
        "text": "Lovely #cart 42",
        "links": [],
        "reply_to": {"links": ["https://etal.example/posts/01935b1c-0e0a-7c4e-b6c4-6f0d6f1f7a11/"]},
    },
    request_only=True,
)
ANSWERED = OpenApiExample(
    "In the cart",
    value={
        "id": "01935b1d-33f1-7a52-9c1f-2f9b6d8c5e42",
        "network": "mastodon.example",
        "mention": "113608120934",
        "state": "added",
        "text": "In your cart: Corniche flip-flops, Coral, 42, €34.00. Undo:"
        " https://etal.example/cart/mentions/01935b1d-33f1-7a52-9c1f-2f9b6d8c5e42/",
        "language": "en",
    },
    response_only=True,
    status_codes=["200"],
)


class MentionsEndpoint(Endpoint):
    """Once for each id of a network, whoever hands it in and however often: a repeat gets the same."""

    scopes = {"POST": "mentions:write"}
    shape = MentionOut
    refusals = {NotYourNetwork: 403}

    @extend_schema(
        operation_id="mentions_create",
        summary="Hand in a reply that asks for the cart",
        description="Post `text` as your reply, as it is. Each id of a network is heard once: a repeat,"
        " also at the same moment, gets the same answer, and nothing is done again.",
        request=MentionIn,
        responses={200: MentionOut},
        examples=[ASKED, ANSWERED],
    )
    def post(self, request: Request) -> Response:
        partner = self.caller.partner
        if partner is None:
            raise Problem(403, "not_a_partner", _("This is for keys of partners."))
        if not self.caller.live:
            raise Problem(403, "live_key_needed", _("Linked carts are live ones: use a live key."))
        said = self.read(MentionIn)
        heard = Heard(
            network=said["network"],
            external_id=said["id"],
            author=said["author"]["id"],
            handle=said["author"]["handle"],
            language=said["author"]["language"],
            text=said["text"],
            links=said["links"],
            reply_links=said.get("reply_to", {}).get("links", ()),
        )
        return self.one(shown(mentions.hear(partner, heard)))


def shown(mention: Mention) -> dict[str, Any]:
    """A mention as its partner gets it: nothing of whose account it is."""
    return {
        "id": str(mention.public_id),
        "network": mention.network,
        "mention": mention.external_id,
        "state": mention.state,
        "text": mention.answer or None,
        "language": mention.language,
    }
