"""Of several unpaid orders of one cart the newest stays its order: the next migration asks for it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("checkout", "0019_ledger_is_read_by_time")]

    operations = [
        migrations.RunSQL(
            """
            UPDATE checkout_order SET cart_id = NULL
            WHERE status = 'awaiting_payment' AND cart_id IS NOT NULL AND id NOT IN (
                SELECT max(id) FROM checkout_order
                WHERE status = 'awaiting_payment' AND cart_id IS NOT NULL
                GROUP BY cart_id, currency
            )
            """,
            migrations.RunSQL.noop,
        )
    ]
