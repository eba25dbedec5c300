"""Replies on a partner's network that ask for the cart: handed in, and answered at once."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import mentions
from checkout.mentions import Heard, NotYourNetwork
from checkout.models import Mention
from checkout.models.mentions import STATES
from partners.api.endpoints import Endpoint
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


class NewMention(Shape):
    network = serializers.CharField(max_length=60, help_text="One of the partner’s own.")
    id = serializers.CharField(max_length=200, help_text="Of the reply, on its network.")
    author = Author()
    text = serializers.CharField(max_length=LONGEST_TEXT, help_text="Plain, without markup.")
    links = Links(help_text="In the reply itself.")
    reply_to = ReplyTo(required=False)


class Answered(Shape):
    id = serializers.UUIDField(help_text="Of the mention, here.")
    network = serializers.CharField()
    mention = serializers.CharField(help_text="Its id on the network.")
    state = serializers.ChoiceField(choices=STATES)
    text = serializers.CharField(
        allow_null=True, help_text="To post back, as it is; null where nothing is to be posted."
    )
    language = serializers.CharField(help_text="Of the text.")


class MentionsEndpoint(Endpoint):
    """Once for each id of a network, whoever hands it in and however often: a repeat gets the same."""

    scopes = {"POST": "mentions:write"}
    shape = Answered
    refusals = {NotYourNetwork: 403}

    def post(self, request: Request) -> Response:
        partner = self.caller.partner
        if partner is None:
            raise Problem(403, "not_a_partner", _("This is for keys of partners."))
        if not self.caller.live:
            raise Problem(403, "live_key_needed", _("Linked carts are live ones: use a live key."))
        said = self.read(NewMention)
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
