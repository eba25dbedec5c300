"""What linked profiles did, for the page that lists them (`settings.LINKED_ACTS`). Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from accounts.connections import Act
from accounts.models import LinkedAccount
from checkout import mention_words as words
from checkout.models import Mention
from checkout.models.mentions import NOT_ASKED

EACH = 10
READ = 100


def of(linked: Sequence[LinkedAccount]) -> Mapping[int, Sequence[Act]]:
    """The latest that each of one person's profiles asked for, by the profiles' keys; one statement."""
    if not linked:
        return {}
    keys = {(each.network, each.external_id): each.pk for each in linked}
    asked = Mention.objects.filter(
        user=linked[0].user_id,
        network__in={network for network, _author in keys},
        author__in={author for _network, author in keys},
    )
    found: dict[int, list[Act]] = {}
    latest = asked.exclude(state=NOT_ASKED).select_related("user", "product__merchant", "variant")
    for mention in latest.order_by("-pk")[:READ]:
        acts = found.setdefault(keys.get((mention.network, mention.author), 0), [])
        if len(acts) < EACH:
            acts.append(Act(mention.created_at, words.act(mention), words.page(mention)))
    return found
