"""Addresses of a shop's orders, of what it sends, takes back and writes invoices for; and of cancelling a
purchase."""

from django.urls import path

from fulfilment.api import (
    cancelling,
    dispatches,
    fulfilment_orders,
    orders,
    papers,
    returns,
    shipments,
    shop_cancelling,
)

PART = "fulfilment-orders/<uuid:public_id>/"
SHIPMENT = "shipments/<uuid:public_id>/"
RETURN = "returns/<uuid:public_id>/"

urlpatterns = [
    path("orders/", orders.Orders.as_view(), name="orders"),
    path("orders/<uuid:public_id>/", orders.OrderById.as_view(), name="order"),
    path(
        "purchases/<uuid:public_id>/cancel/",
        cancelling.PurchaseCancellation.as_view(),
        name="cancel_purchase",
    ),
    path("fulfilment-orders/", fulfilment_orders.FulfilmentOrders.as_view()),
    path("fulfilment-orders/bulk/dispatch/", dispatches.BulkDispatch.as_view()),
    path(PART, fulfilment_orders.OneFulfilmentOrder.as_view()),
    path(f"{PART}pack/", fulfilment_orders.Pack.as_view()),
    path(f"{PART}shipments/", dispatches.Dispatch.as_view()),
    path(f"{PART}out-for-delivery/", fulfilment_orders.OutForDelivery.as_view()),
    path(f"{PART}deliver/", fulfilment_orders.Deliver.as_view()),
    path(f"{PART}cancellation/", shop_cancelling.Cancellation.as_view()),
    path(f"{PART}packing-slip/", papers.PackingSlip.as_view()),
    path(f"{PART}label/", papers.Label.as_view()),
    path("shipments/", shipments.Shipments.as_view()),
    path(SHIPMENT, shipments.OneShipment.as_view()),
    path(f"{SHIPMENT}tracking/", shipments.Tracking.as_view()),
    path("returns/", returns.Returns.as_view()),
    path(RETURN, returns.OneReturn.as_view()),
    path(f"{RETURN}approve/", returns.Approve.as_view()),
    path(f"{RETURN}refuse/", returns.Refuse.as_view()),
    path(f"{RETURN}receive/", returns.Receive.as_view()),
    path(f"{RETURN}refund/", returns.RefundReturn.as_view()),
    path(f"{RETURN}settle/", returns.SettleReturn.as_view()),
    path("invoices/", papers.Invoices.as_view()),
    path("invoices/<uuid:public_id>/", papers.OneInvoice.as_view()),
    path("invoices/<uuid:public_id>/pdf/", papers.InvoicePdf.as_view(), name="invoice_pdf"),
]
