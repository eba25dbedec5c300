"""Settings of the API: REST framework's, its document's, and what other pages' scripts may do with it."""

from __future__ import annotations

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "partners.api.schema.Described",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Étal",
    "DESCRIPTION": "Everything that people do in a shop by hand, for programs. Amounts are integers in the"
    " currency's minor unit, times RFC 3339 in UTC, errors application/problem+json (RFC 9457).",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SERVERS": [{"url": "/"}],
    # Fields that are called alike and take other values.
    "ENUM_NAME_OVERRIDES": {
        "ProductStatus": "catalogue.models.Product.Status",
        "ShopStatus": "catalogue.models.Merchant.Status",
        "OrderStatus": "checkout.models.Order.Status",
        "PaymentStatus": "checkout.models.Payment.Status",
        "RefundStatus": "checkout.models.Refund.Status",
        "FulfilmentOrderStatus": "fulfilment.models.FulfilmentOrder.Status",
        "InvoiceKind": "fulfilment.models.Invoice.Kind",
        "ReturnCondition": "fulfilment.models.ReturnLine.Condition",
        "ReturnReason": "fulfilment.models.ReturnLine.Reason",
        "ReturnStatus": "fulfilment.models.Return.Status",
        "ShipmentStatus": "fulfilment.models.Shipment.Status",
        "TrackingStatus": "fulfilment.api.parcel_shapes.SAID",
        "DeliveryStatus": "webhooks.models.Delivery.Status",
        "ProfileKind": "accounts.models.User.Kind",
    },
    "PREPROCESSING_HOOKS": ["partners.api.document.only_endpoints"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "partners.api.schema.complete",
    ],
}
# Its calls are proved by a header that no browser sends by itself, so any page may make them.
CORS_URLS_REGEX = r"^/api/v1/"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_HEADERS = [
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
]
CORS_EXPOSE_HEADERS = [
    "deprecation",
    "etag",
    "link",
    "location",
    "ratelimit",
    "ratelimit-policy",
    "request-id",
    "retry-after",
    "sunset",
    "idempotent-replayed",
]
CORS_PREFLIGHT_MAX_AGE = 86_400
