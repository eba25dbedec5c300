"""Posts that shops pay for: to whom they may be shown, and what each showing costs.

Only to people who have said that they are adults and whose interests are in use; never twice at
one place, never oftener a day than PROMOTION_SHOWINGS, never beyond the end or the budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.models import Merchant
from feeds import topics
from feeds.models import Post, Promotion, Showing
from feeds.models.posts import there_at
from feeds.tastes import Tastes
from feeds.timelines import Entry

# How many are looked at for a page: some of their products may be sold out by now.
LOOKED_AT = 6


class PromotionRefused(Exception):
    """A promotion that cannot be; its text is for the merchant."""


@dataclass(frozen=True, slots=True)
class Match:
    """A promotion that fits a person, and their topic that it fits. `price` in minor units."""

    promotion_id: int
    post_id: int
    post: UUID
    shop: str
    topic: str
    strength: float
    price: int


def running(now: datetime) -> QuerySet[Promotion]:
    """Those that may be shown at `now` as far as their own columns say: within their time and with
    money left for one showing more."""
    return Promotion.objects.filter(
        stopped_at=None,
        starts_at__lte=now,
        ends_at__gt=now,
        spent__lte=F("budget") - F("price"),
    )


def may_be_shown_to(user: User | None, tastes: Tastes | None) -> bool:
    """Whether anything that is paid for may be shown: to adults by their own word alone, and not
    where interests are paused or deleted."""
    return bool(user and user.adult_since and tastes and tastes.strengths)


def matches(user: User, tastes: Tastes) -> list[Match]:
    """Promotions for `user`, the best first; those that they saw today come after the others.

    Of shops that sell, whose posts are there; the page has still to ask `is_sold` of each.
    """
    now = timezone.now()
    rows = running(now).filter(
        there_at("post__"), topics__overlap=list(tastes.strengths), merchant__sells=True
    )
    rows = rows.exclude(post__author=user).select_related("merchant", "post")
    today = Showing.objects.filter(user=user, shown_on=now.date())
    seen: dict[int, int] = {}
    for promotion_id in today.values_list("promotion_id", flat=True):
        seen[promotion_id] = seen.get(promotion_id, 0) + 1
    found = []
    for row in rows:
        topic = max(row.topics, key=lambda topic: tastes.strengths.get(topic, 0.0))
        if seen.get(row.pk, 0) < settings.PROMOTION_SHOWINGS:
            strength = tastes.strengths[topic]
            shop, post = row.merchant.name, row.post
            found.append(Match(row.pk, post.pk, post.public_id, shop, topic, strength, row.price))
    found.sort(key=lambda each: (seen.get(each.promotion_id, 0), -each.strength, each.promotion_id))
    return found[:LOOKED_AT]


def is_sold(entry: Entry) -> bool:
    """Whether everything on the post can be bought now by whoever it would be shown to."""
    return bool(entry.offers) and all(offer.can_buy for offer in entry.offers)


def show(match: Match, *, user: User, reading: str, place: int) -> bool:
    """Pay for one showing to `user` at `place` of their reading; False if it must not be shown.

    One conditional UPDATE takes the price from the budget and locks the promotion, behind which
    the day's showings are counted: neither is exceeded by pages made at once. In a transaction of
    its own.
    """
    now = timezone.now()
    with transaction.atomic():
        paid = running(now).filter(pk=match.promotion_id).update(spent=F("spent") + F("price"))
        if not paid:
            return False
        mine = Showing.objects.filter(user=user, promotion=match.promotion_id, shown_on=now.date())
        if mine.count() >= settings.PROMOTION_SHOWINGS or not _keep(
            match, user=user, reading=reading, place=place, now=now
        ):
            transaction.set_rollback(True)
            return False
    return True


def _keep(match: Match, *, user: User, reading: str, place: int, now: datetime) -> bool:
    """Write the showing; False where this place of the reading has one."""
    try:
        with transaction.atomic():
            Showing.objects.create(
                promotion_id=match.promotion_id,
                user=user,
                reading=reading,
                place=place,
                topic=match.topic,
                price=match.price,
                shown_on=now.date(),
            )
    except IntegrityError:
        return False
    return True


def shown(user: User, *, reading: str) -> list[Showing]:
    """What was shown in a reading, by place; the promotion, its shop and its post come along."""
    rows = Showing.objects.filter(user=user, reading=reading).order_by("place")
    return list(rows.select_related("promotion__merchant", "promotion__post"))


def is_open(promotion: Promotion) -> bool:
    """Whether it has neither ended nor been stopped. A page that is looked at again shows it again,
    and nothing is paid for that, so its budget does not matter."""
    return promotion.stopped_at is None and promotion.ends_at > timezone.now()


# In the admin -----------------------------------------------------------------------------------


@transaction.atomic
def save(promotion: Promotion) -> None:
    """Keep a new or changed promotion. Raises PromotionRefused, with a sentence, for a post that
    is not the shop's own, that is gone or carries no product, and for an unknown topic."""
    post = Post.objects.visible().filter(pk=promotion.post_id).first()
    if post is None or post.author_id != promotion.merchant.account_id:
        raise PromotionRefused(_("A shop promotes its own posts."))
    if not post.cards.exists():
        raise PromotionRefused(_("Promote a post that carries a product."))
    if unknown := [topic for topic in promotion.topics if topic not in topics.BY_SLUG]:
        raise PromotionRefused(_("There is no topic %(topic)s.") % {"topic": unknown[0]})
    if promotion.merchant.status == Merchant.Status.SUSPENDED:
        raise PromotionRefused(_("A suspended shop promotes nothing."))
    if promotion._state.adding:
        promotion.currency = promotion.merchant.currency
        promotion.save()
    else:
        # Not `spent`: what was read would overwrite what was shown meanwhile.
        promotion.save(update_fields=["topics", "budget", "starts_at", "ends_at"])


def stop(promotion: Promotion) -> bool:
    """End `promotion` now; returns whether this call did it."""
    mine = Promotion.objects.filter(pk=promotion.pk, stopped_at=None)
    return bool(mine.update(stopped_at=timezone.now()))


def state_of(promotion: Promotion) -> str:
    """Whether it runs, in a word or two for its shop."""
    now = timezone.now()
    if promotion.stopped_at:
        return _("stopped")
    if promotion.ends_at <= now:
        return _("over")
    if promotion.spent + promotion.price > promotion.budget:
        return _("budget spent")
    return _("runs") if promotion.starts_at <= now else _("not yet")
