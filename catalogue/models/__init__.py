from catalogue.models.delivery import ShippingRate, TaxRate
from catalogue.models.drops import Drop, DropReminder
from catalogue.models.embedding import HIGHEST_COMMISSION, EmbedOrigin, PartnerAgreement
from catalogue.models.fetches import PictureFetch
from catalogue.models.history import ProductChange
from catalogue.models.imports import Import, ImportEvent, StagedProduct
from catalogue.models.members import Invitation, MerchantAct
from catalogue.models.merchants import Membership, Merchant, MerchantEvent, PayoutEvent
from catalogue.models.product_words import ProductWords, Renaming
from catalogue.models.products import (
    HIGHEST_PRICE,
    NO_OPTION,
    Category,
    Product,
    ProductImage,
    Variant,
)
from catalogue.models.reminders import StockReminder
from catalogue.models.stock import LowStock, StockItem, StockMovement
from catalogue.models.stocktakes import Stocktake, StocktakeEvent, StocktakeLine

__all__ = [
    "HIGHEST_COMMISSION",
    "HIGHEST_PRICE",
    "NO_OPTION",
    "Category",
    "Drop",
    "DropReminder",
    "EmbedOrigin",
    "Import",
    "ImportEvent",
    "Invitation",
    "LowStock",
    "Membership",
    "Merchant",
    "MerchantAct",
    "MerchantEvent",
    "PartnerAgreement",
    "PayoutEvent",
    "PictureFetch",
    "Product",
    "ProductChange",
    "ProductImage",
    "ProductWords",
    "Renaming",
    "ShippingRate",
    "StagedProduct",
    "StockItem",
    "StockMovement",
    "StockReminder",
    "Stocktake",
    "StocktakeEvent",
    "StocktakeLine",
    "TaxRate",
    "Variant",
]
