import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("checkout", "0032_shops_have_exports"),
    ]

    operations = [
        migrations.AlterField(
            model_name='reconciliationfinding',
            name='kind',
            field=models.CharField(choices=[('intent_unknown', 'payment at Stripe of no order of ours'), ('intent_differs', 'payment is another at Stripe'), ('intent_missed', 'payment that we had not heard of'), ('intent_doubled', 'order paid twice'), ('refund_missed', 'refund that we had not heard of'), ('refund_differs', 'refund is another at Stripe'), ('movement_unbooked', 'movement at Stripe that is not in our books'), ('movement_differs', 'movement is another in our books'), ('ledger_unknown', 'movement in our books that Stripe does not know'), ('ledger_unbalanced', 'entries of the ledger do not sum to zero'), ('payment_books', 'payment is not what the ledger says'), ('order_unpaid', 'paid order without a payment'), ('order_keeps', 'cancelled order whose money stays here'), ('stock_reserved', 'pieces reserved for no order'), ('stock_on_hand', 'stock is not the sum of its movements'), ('balance', 'Stripe’s balance is not that of our books')], max_length=20),
        ),
        migrations.AlterField(
            model_name='reconciliationfinding',
            name='run',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='checkout.reconciliationrun'),
        ),
        migrations.CreateModel(
            name='StockCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reached', models.BigIntegerField(default=0)),
                ('last', models.BigIntegerField()),
                ('found', models.PositiveIntegerField(default=0)),
                ('started_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.Value(1), condition=models.Q(('ended_at', None)), name='stock_check_one_running')],
            },
        ),
    ]
