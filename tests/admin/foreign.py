"""What a member of one shop finds of another's, and whether a refused call left a trace."""

from __future__ import annotations

from catalogue.models import (
    Drop,
    EmbedOrigin,
    Import,
    Invitation,
    Membership,
    Merchant,
    PartnerAgreement,
    PictureFetch,
    Product,
    ShippingRate,
    StockItem,
    Stocktake,
    StocktakeLine,
    Variant,
)
from checkout.models import MerchantExports, MerchantStatements, Offer, Refund
from desk.models import ShopOverview
from feeds.models import Promotion
from fulfilment.models import (
    CarrierConnection,
    FulfilmentOrder,
    InternalNote,
    Return,
    ReturnPolicy,
    SavedView,
    Shipment,
    ShopMessage,
)
from partners.models import ApiKey
from partners.models import Application as App
from tests.shops import open_shop
from webhooks.models import Delivery, Endpoint, Event, Replay

LISTS = [
    *["catalogue_drop", "catalogue_product", "catalogue_stockitem", "catalogue_stockmovement"],
    "catalogue_variant",
    *["catalogue_shippingrate", "catalogue_merchant", "checkout_order", "checkout_offer"],
    *["checkout_dispute", "checkout_transfer", "checkout_transferreversal"],
    *["checkout_merchantstatements", "checkout_merchantexports", "desk_shopoverview"],
    *["catalogue_import", "feeds_promotion"],
    *["catalogue_embedorigin", "catalogue_partneragreement"],
    *["fulfilment_fulfilmentorder", "webhooks_endpoint", "webhooks_delivery", "webhooks_event"],
    *["webhooks_replay", "fulfilment_shipment", "fulfilment_carrierconnection"],
    "catalogue_stocktake",
    *["fulfilment_return", "fulfilment_returnpolicy"],
    *["partners_application", "partners_apikey", "partners_requestline"],
]
# What nobody changes, and what may be deleted: a refused form says so before it looks for the row.
READ_ONLY = {
    *["catalogue_stockmovement", "checkout_transfer", "checkout_transferreversal"],
    *["checkout_merchantstatements", "checkout_merchantexports", "desk_shopoverview"],
    *["webhooks_event", "partners_requestline"],
}
DELETED = {"catalogue_shippingrate", "catalogue_embedorigin", "partners_application"}


def foreign_rows(world):
    rayon = world.rayon
    return {
        "catalogue_drop": rayon.drop,
        "catalogue_product": rayon.product,
        "catalogue_stockitem": rayon.variant.stock,
        "catalogue_stockmovement": rayon.variant.movements.first(),
        "catalogue_stocktake": world.rows["rayons_stocktake"],
        "catalogue_shippingrate": rayon.rate,
        "catalogue_variant": rayon.variant,
        "catalogue_embedorigin": world.rows["rayons_origin"],
        "catalogue_partneragreement": world.rows["rayons_agreement"],
        "catalogue_merchant": rayon.merchant,
        "catalogue_import": world.rows["rayons_import"],
        "checkout_merchantstatements": MerchantStatements.objects.get(pk=rayon.merchant.pk),
        "desk_shopoverview": ShopOverview.objects.get(pk=rayon.merchant.pk),
        "checkout_merchantexports": MerchantExports.objects.get(pk=rayon.merchant.pk),
        "checkout_offer": rayon.offer,
        "checkout_transfer": world.rows["rayons_transfer"],
        "checkout_transferreversal": world.rows["rayons_transfer"].reversals.get(),
        "feeds_promotion": world.rows["rayons_promotion"],
        "fulfilment_fulfilmentorder": rayon.fulfilment_order,
        "fulfilment_shipment": rayon.parcel,
        "fulfilment_carrierconnection": rayon.connection,
        "fulfilment_return": world.rows["rayons_return"],
        "fulfilment_returnpolicy": rayon.merchant.return_policy,
        "partners_application": world.rows["rayons_app"],
        "partners_apikey": world.rows["rayons_api_key"],
        "partners_requestline": world.rows["rayons_api_request"],
        "webhooks_endpoint": rayon.endpoint,
        "webhooks_delivery": rayon.delivery,
        "webhooks_event": rayon.delivery.event,
        "webhooks_replay": rayon.replay,
    }


def another(world):
    """A third shop, for people who work for two."""
    return open_shop("third")


def counts():
    """Everything that a refused call could have left behind or changed."""
    return (
        sorted(Drop.objects.values_list("pk", "opens_at", "per_person")),
        sorted(Product.objects.values_list("pk", "status", "title")),
        sorted(Variant.objects.values_list("pk", "price", "sku", "active")),
        sorted(Import.objects.values_list("pk", "state", "applied_to", "read_to")),
        list(PictureFetch.objects.order_by("pk").values()),
        sorted(StockItem.objects.values_list("pk", "on_hand", "reserved")),
        sorted(Stocktake.objects.values_list("pk", "status")),
        sorted(StocktakeLine.objects.counted().values_list("pk", "counted")),
        sorted(ShippingRate.objects.values_list("pk", "price")),
        sorted(EmbedOrigin.objects.values_list("pk", "origin")),
        sorted(PartnerAgreement.objects.values_list("pk", "commission_bps", "active")),
        sorted(Merchant.objects.values_list("pk", "stripe_account_id", "payable")),
        sorted(Offer.objects.values_list("pk", "name", "merchant_id")),
        sorted(Promotion.objects.values_list("pk", "budget", "stopped_at")),
        sorted(Endpoint.objects.values_list("pk", "url", "secret", "previous_secret", "active")),
        list(ApiKey.objects.order_by("pk").values()),
        sorted(App.objects.values_list("pk", "name", "redirect_uris", "client_secret")),
        Replay.objects.count(),
        sorted(Delivery.objects.values_list("pk", "status", "attempts")),
        sorted(FulfilmentOrder.objects.values_list("pk", "status")),
        sorted(Shipment.objects.values_list("pk", "status", "tracking_number")),
        sorted(CarrierConnection.objects.values_list("pk", "name", "enabled", "secret")),
        (InternalNote.objects.count(), ShopMessage.objects.count(), SavedView.objects.count()),
        sorted(Return.objects.values_list("pk", "status", "answer", "refund")),
        sorted(ReturnPolicy.objects.values_list("pk", "address", "approve_up_to")),
        Event.objects.count(),
        sorted(Membership.objects.values_list("pk", "role")),
        sorted(Invitation.objects.values_list("pk", "revoked_at", "accepted_at")),
        sorted(Refund.objects.values_list("pk", "amount")),
    )
