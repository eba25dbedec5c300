import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('catalogue', '0004_merchants_have_a_history'),
        ('checkout', '0013_guests_orders_by_address'),
    ]

    operations = [
        migrations.CreateModel(
            name='RefundPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('line', 'goods'), ('delivery', 'delivery'), ('goodwill', 'goodwill')], max_length=10)),
                ('quantity', models.PositiveIntegerField(default=0)),
                ('amount', models.BigIntegerField()),
                ('tax', models.BigIntegerField(default=0)),
                ('fee', models.BigIntegerField(default=0)),
                ('restocked', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='orderline',
            name='refunded_quantity',
            field=models.PositiveIntegerField(db_default=0, editable=False),
        ),
        migrations.AddField(
            model_name='refund',
            name='failure',
            field=models.CharField(blank=True, db_default='', max_length=60),
        ),
        migrations.AddField(
            model_name='refund',
            name='key',
            field=models.CharField(blank=True, editable=False, max_length=64, null=True),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('refunded_quantity__lte', models.F('quantity'))), name='order_line_refunded_quantity', violation_error_message='No more pieces are refunded than were bought.'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(condition=models.Q(('key__isnull', False)), fields=('payment', 'key'), name='refund_key_unique'),
        ),
        migrations.AddField(
            model_name='refundpart',
            name='line',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refund_parts', to='checkout.orderline'),
        ),
        migrations.AddField(
            model_name='refundpart',
            name='merchant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.merchant'),
        ),
        migrations.AddField(
            model_name='refundpart',
            name='refund',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='checkout.refund'),
        ),
        migrations.AddConstraint(
            model_name='refundpart',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('fee__gte', 0), ('tax__gte', 0)), name='refund_part_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='refundpart',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'line'), ('line__isnull', False), ('quantity__gte', 1)), models.Q(models.Q(('kind', 'line'), _negated=True), ('line', None), ('quantity', 0), ('restocked', False)), _connector='OR'), name='refund_part_pieces_iff_line'),
        ),
        migrations.AddConstraint(
            model_name='refundpart',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'line'), _negated=True), fields=('refund', 'merchant', 'kind'), name='refund_part_once'),
        ),
        migrations.AddConstraint(
            model_name='refundpart',
            constraint=models.UniqueConstraint(condition=models.Q(('line__isnull', False)), fields=('refund', 'line'), name='refund_part_line_once'),
        ),
    ]
