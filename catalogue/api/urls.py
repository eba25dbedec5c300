from django.urls import path

from catalogue.api.many import BulkPricesEndpoint, BulkProductsEndpoint, BulkStockEndpoint
from catalogue.api.media import MediaEndpoint, MediaListEndpoint
from catalogue.api.products import ProductEndpoint, ProductsEndpoint
from catalogue.api.shop import (
    CategoriesEndpoint,
    DropEndpoint,
    DropsEndpoint,
    OwnShopEndpoint,
    ShippingRatesEndpoint,
)
from catalogue.api.stock import (
    AdjustmentsEndpoint,
    MovementsEndpoint,
    StockEndpoint,
    StockListEndpoint,
)
from catalogue.api.variants import PriceEndpoint, VariantEndpoint, VariantsEndpoint

PRODUCT, VARIANT = "products/<uuid:public_id>/", "variants/<uuid:public_id>/"

urlpatterns = [
    path("shop/", OwnShopEndpoint.as_view(), name="shop"),
    path("shipping-rates/", ShippingRatesEndpoint.as_view(), name="shipping_rates"),
    path("categories/", CategoriesEndpoint.as_view(), name="categories"),
    path("products/", ProductsEndpoint.as_view(), name="products"),
    path("products/bulk/", BulkProductsEndpoint.as_view(), name="products_bulk"),
    path(PRODUCT, ProductEndpoint.as_view(), name="product"),
    path(f"{PRODUCT}variants/", VariantsEndpoint.as_view(), name="variants"),
    path(f"{PRODUCT}media/", MediaListEndpoint.as_view(), name="product_media"),
    path("media/<uuid:public_id>/", MediaEndpoint.as_view(), name="media"),
    path(VARIANT, VariantEndpoint.as_view(), name="variant"),
    path(f"{VARIANT}price/", PriceEndpoint.as_view(), name="price"),
    path(f"{VARIANT}stock/", StockEndpoint.as_view(), name="variant_stock"),
    path(f"{VARIANT}stock/adjustments/", AdjustmentsEndpoint.as_view(), name="adjustments"),
    path("prices/bulk/", BulkPricesEndpoint.as_view(), name="prices_bulk"),
    path("stock/", StockListEndpoint.as_view(), name="stock"),
    path("stock/bulk/", BulkStockEndpoint.as_view(), name="stock_bulk"),
    path("stock-movements/", MovementsEndpoint.as_view(), name="movements"),
    path("drops/", DropsEndpoint.as_view(), name="drops"),
    path("drops/<uuid:public_id>/", DropEndpoint.as_view(), name="drop"),
]
