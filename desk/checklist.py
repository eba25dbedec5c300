"""What a shop still needs before it sells: each step, why it matters, and where to do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.models import Merchant, Product, ShippingRate
from catalogue.roles import OPEN
from feeds.models import ProductCard
from feeds.models.posts import there_at
from shopping.capabilities import Capability
from shopping.own_rows import Access
from shopping.ways_back import TO_CHECKLIST

# Of whoever works for more shops than that the first ones are shown.
MOST = 3


@dataclass(frozen=True, slots=True)
class Step:
    """`why` is what goes wrong without it; `needs` the capability of whoever does it, "" for us."""

    title: str
    why: str
    done: bool
    link: str = ""
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    shop: Merchant
    steps: Sequence[Step]

    @property
    def done(self) -> int:
        return sum(1 for step in self.steps if step.done)

    @property
    def is_complete(self) -> bool:
        return self.done == len(self.steps)


def unfinished(access: Access) -> list[Checklist]:
    """Of the shops that a person works for, those that still need something; MOST at most. Steps
    that are for others to do have no link.

    None for the operator's staff, who do not set shops up. One statement, and one a shop.
    """
    if access.everything:
        return []
    shops = Merchant.objects.filter(pk__in=access.merchants(Capability.VIEW), status__in=OPEN)
    found = [_for(access, of(shop)) for shop in shops.order_by("name")[:MOST]]
    return [each for each in found if not each.is_complete]


def _for(access: Access, found: Checklist) -> Checklist:
    steps = [
        step if access.may(step.needs, found.shop.pk) else replace(step, link="")
        for step in found.steps
    ]
    return replace(found, steps=steps)


def of(shop: Merchant) -> Checklist:
    """The steps of one shop in the order in which they are best done. One statement."""
    there = Merchant.objects.filter(pk=shop.pk).values_list(
        Exists(ShippingRate.objects.filter(merchant=OuterRef("pk"))),
        Exists(Product.objects.filter(merchant=OuterRef("pk"), status=Product.Status.ACTIVE)),
        Exists(
            ProductCard.objects.filter(
                there_at("post__"),
                post__author=OuterRef("account"),
                product__merchant=OuterRef("pk"),
            )
        ),
    )
    delivers, lists, posts = there.get()
    own_page = reverse("admin:catalogue_merchant_change", args=[shop.pk])
    steps = [
        Step(
            _("Say how you sell"),
            _("Buyers read your terms before they pay; without them they have the law’s alone."),
            bool(shop.terms.strip()),
            own_page + TO_CHECKLIST,
            Capability.MANAGE,
        ),
        Step(
            _("Name your company"),
            _("Invoices need its name and address, and its VAT number where it has one."),
            bool(shop.legal_name.strip() and shop.address.strip()),
            own_page + TO_CHECKLIST,
            Capability.MANAGE,
        ),
        Step(
            _("Say where you deliver"),
            _("Without a shipping rate for a country nobody there can buy from you."),
            delivers,
            reverse("admin:catalogue_shippingrate_add") + TO_CHECKLIST,
            Capability.LISTINGS,
        ),
        Step(
            _("Connect payouts"),
            _("Your products are shown, and cannot be bought, until Stripe can pay you."),
            shop.payable,
            f"{own_page}{TO_CHECKLIST}#payouts",
            Capability.MANAGE,
        ),
        Step(
            _("List a product"),
            _("It needs a price and stock, and its status has to be active."),
            lists,
            reverse("admin:catalogue_product_add") + TO_CHECKLIST,
            Capability.LISTINGS,
        ),
        Step(
            _("We look at your shop"),
            _("We answer within two working days, by mail."),
            shop.status == Merchant.Status.ACTIVE,
        ),
        Step(
            _("Publish a post with it"),
            _("People buy from posts. It can carry the product as soon as your shop is open."),
            posts,
            reverse("feeds:new"),
            Capability.POST,
        ),
    ]
    return Checklist(shop, steps)
