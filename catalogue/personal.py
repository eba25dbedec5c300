"""What the tables of the catalogue hold of people: who did what for a shop, and who waits for what."""

from __future__ import annotations

from django.db.models import Q, Value
from django.db.models.functions import Replace
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.personal import addresses_of
from catalogue.models import (
    Category,
    Drop,
    DropReminder,
    EmbedOrigin,
    Import,
    ImportEvent,
    Invitation,
    LowStock,
    Membership,
    Merchant,
    MerchantAct,
    MerchantEvent,
    PartnerAgreement,
    PayoutEvent,
    PictureFetch,
    Product,
    ProductChange,
    ProductImage,
    ProductWords,
    Renaming,
    ShippingRate,
    StagedProduct,
    StockItem,
    StockMovement,
    StockReminder,
    Stocktake,
    StocktakeEvent,
    StocktakeLine,
    TaxRate,
    Variant,
)
from shopping.personal import NOWHERE, Blocker, Fate, Table, nobodys, taking_out

SHOPS = "as long as the shop"
ALWAYS = "always"
HISTORY = "the shop's history, by whose it is: the emptied account"


def _invited(person: User) -> Q:
    where = Q(accepted_by=person)
    for address in addresses_of(person):
        where |= Q(email__iexact=address)
    return where


def unname_acts(person: User) -> None:
    """Take their e-mail address out of what a shop's history says of invitations."""
    for address in addresses_of(person):
        with taking_out():
            named = MerchantAct.objects.filter(subject__icontains=address)
            for act in named.select_for_update():
                said = Replace(Value(act.subject.lower()), Value(address), Value(NOWHERE))
                MerchantAct.objects.filter(pk=act.pk).update(subject=said)


def _shops(person: User) -> list[Blocker]:
    """Shops that would be left without anybody who may sell, pay and answer for them."""
    owned = Membership.objects.filter(user=person, role=Membership.Role.OWNER)
    owned = owned.exclude(merchant__status=Merchant.Status.TEST).select_related("merchant")
    return [
        Blocker(
            _(
                "You own the shop %(shop)s. Make somebody else its owner and leave it, or ask the operator"
                " to close it."
            )
            % {"shop": each.merchant.name},
            link=reverse("admin:catalogue_merchant_change", args=[each.merchant_id]),
        )
        for each in owned
    ]


BLOCKERS = (_shops,)
TABLES = (
    Table(
        model=Invitation,
        fate=Fate.WITHOUT,
        own=_invited,
        acted=("invited_by", "accepted_by"),
        without={"email": f"invited@{NOWHERE}"},
        kept=ALWAYS,
        why=HISTORY,
    ),
    Table(
        model=MerchantAct,
        fate=Fate.WITHOUT,
        acted=("actor",),
        erase=unname_acts,
        kept=ALWAYS,
        why=HISTORY,
    ),
    Table(model=Membership, fate=Fate.DELETE, own=("user",), kept="until somebody leaves the shop"),
    Table(
        model=DropReminder,
        fate=Fate.DELETE,
        own=("user",),
        kept="until it was sent",
        sweep="catalogue.sweep_reminders",
    ),
    Table(
        model=StockReminder,
        fate=Fate.DELETE,
        own=("user",),
        kept="until it was sent",
        sweep="catalogue.sweep_reminders",
    ),
    Table(
        model=Merchant,
        fate=Fate.KEEP,
        acted=("account",),
        kept=ALWAYS,
        why="the seller of what was sold, whose name and address invoices have to show",
    ),
    *(
        Table(model=model, fate=Fate.KEEP, acted=keys, kept=ALWAYS, why=HISTORY)
        for model, keys in (
            (MerchantEvent, ("actor",)),
            (ProductChange, ("actor",)),
            (StockMovement, ("actor",)),
            (ImportEvent, ("actor",)),
            (Stocktake, ("actor", "applied_by")),
            (StocktakeEvent, ("actor",)),
            (StocktakeLine, ("counted_by",)),
        )
    ),
    Table(
        model=Import,
        fate=Fate.KEEP,
        acted=("uploaded_by",),
        kept="always; its file and staged rows 30 days",
        sweep="catalogue.sweep_old_imports",
        why=HISTORY,
    ),
    *nobodys(StagedProduct, kept="30 days", sweep="catalogue.sweep_old_imports"),
    *nobodys(PictureFetch, kept="until the picture is here"),
    *nobodys(Merchant.agents.through, kept=SHOPS),
    *nobodys(LowStock, kept="until it was told", sweep="catalogue.sweep_low_stock"),
    *nobodys(Renaming, kept="until it is done", sweep="catalogue.sweep_words"),
    *nobodys(PayoutEvent, Category, Product, Variant, ProductImage, kept=ALWAYS),
    *nobodys(StockItem, TaxRate, Drop, PartnerAgreement, ProductWords, kept=ALWAYS),
    *nobodys(ShippingRate, EmbedOrigin, kept=SHOPS),
)
