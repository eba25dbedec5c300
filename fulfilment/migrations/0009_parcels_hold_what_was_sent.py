"""Until now a part was sent in one parcel: that parcel holds all that was not refunded before it
left, is as far as its part, and has its history."""

from django.db import migrations

CODES = """
UPDATE fulfilment_shipment
SET tracking_code = upper(regexp_replace(tracking_number, '[^[:alnum:]]', '', 'g'))
"""
STATUSES = """
UPDATE fulfilment_shipment s SET status = part.status, moved_at = part.updated_at
FROM fulfilment_fulfilmentorder part
WHERE part.id = s.fulfilment_order_id AND part.status IN ('out_for_delivery', 'delivered')
"""
# Refunds that failed gave nothing back; those that came later took nothing out of the parcel.
LINES = """
INSERT INTO fulfilment_shipmentline (shipment_id, line_id, quantity)
SELECT parcel.id, line.id, line.quantity - refunded.pieces
FROM (
    SELECT DISTINCT ON (fulfilment_order_id) * FROM fulfilment_shipment
    ORDER BY fulfilment_order_id, id
) parcel
JOIN fulfilment_fulfilmentorder part ON part.id = parcel.fulfilment_order_id
JOIN checkout_orderline line
    ON line.order_id = part.order_id AND line.merchant_id = part.merchant_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(given.quantity), 0) AS pieces FROM checkout_refundpart given
    JOIN checkout_refund refund ON refund.id = given.refund_id
    WHERE given.line_id = line.id AND refund.status <> 'failed'
        AND refund.created_at < parcel.created_at
) refunded
WHERE line.quantity > refunded.pieces
"""
COUNTS = """
UPDATE checkout_orderline line SET dispatched_quantity = sent.pieces
FROM (
    SELECT line_id, sum(quantity) AS pieces FROM fulfilment_shipmentline GROUP BY line_id
) sent
WHERE sent.line_id = line.id
"""
HISTORY = """
INSERT INTO fulfilment_shipmentevent
    (shipment_id, status, note, actor_id, happened_at, created_at)
SELECT parcel.id, CASE step.status WHEN 'shipped' THEN 'dispatched' ELSE step.status END,
    step.note, step.actor_id, step.created_at, step.created_at
FROM fulfilment_fulfilmentevent step
JOIN fulfilment_shipment parcel ON parcel.fulfilment_order_id = step.fulfilment_order_id
WHERE step.status IN ('shipped', 'out_for_delivery', 'delivered')
ORDER BY step.id
"""
REPORTS = """
UPDATE fulfilment_trackingevent said
SET merchant_id = part.merchant_id, tracking_code = parcel.tracking_code
FROM fulfilment_shipment parcel
JOIN fulfilment_fulfilmentorder part ON part.id = parcel.fulfilment_order_id
WHERE parcel.id = said.shipment_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0008_parcels_and_their_carriers'),
    ]

    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop)
        for sql in (CODES, STATUSES, LINES, COUNTS, HISTORY, REPORTS)
    ]
