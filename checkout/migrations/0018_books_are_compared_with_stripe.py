import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkout', '0017_taxes_used_by_one_order'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BalanceTransaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stripe_id', models.CharField(max_length=64, unique=True)),
                ('type', models.CharField(max_length=60)),
                ('category', models.CharField(max_length=60)),
                ('source_id', models.CharField(blank=True, max_length=64)),
                ('of_id', models.CharField(blank=True, max_length=64)),
                ('amount', models.BigIntegerField()),
                ('fee', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ReconciliationFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('intent_unknown', 'payment at Stripe of no order of ours'), ('intent_differs', 'payment is another at Stripe'), ('intent_missed', 'payment that we had not heard of'), ('intent_doubled', 'order paid twice'), ('refund_missed', 'refund that we had not heard of'), ('refund_differs', 'refund is another at Stripe'), ('movement_unbooked', 'movement at Stripe that is not in our books'), ('movement_differs', 'movement is another in our books'), ('ledger_unknown', 'movement in our books that Stripe does not know'), ('ledger_unbalanced', 'entries of the ledger do not sum to zero'), ('payment_books', 'payment is not what the ledger says'), ('order_unpaid', 'paid order without a payment'), ('order_keeps', 'cancelled order whose money stays here'), ('stock_reserved', 'pieces reserved for no order'), ('balance', 'Stripe’s balance is not that of our books')], max_length=20)),
                ('object_id', models.CharField(max_length=100)),
                ('expected', models.BigIntegerField(blank=True, null=True)),
                ('found', models.BigIntegerField(blank=True, null=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('status', models.CharField(choices=[('open', 'open'), ('mended', 'mended'), ('dismissed', 'dismissed')], default='open', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('first_seen_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'finding',
            },
        ),
        migrations.CreateModel(
            name='ReconciliationRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('requested', 'asked for'), ('running', 'under way'), ('clean', 'everything agrees'), ('findings', 'there are findings'), ('partial', 'goes on in the next run'), ('failed', 'broke off')], default='running', max_length=10)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('alive_until', models.DateTimeField(blank=True, null=True)),
                ('since', models.DateTimeField(blank=True, null=True)),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('compared', models.JSONField(blank=True, default=dict)),
                ('balances', models.JSONField(blank=True, default=dict)),
                ('error', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'verbose_name': 'reconciliation',
            },
        ),
        migrations.AlterField(
            model_name='ledgerentry',
            name='account',
            field=models.CharField(choices=[('stripe', 'Stripe balance'), ('merchant', 'owed to merchant'), ('fees', 'our fees'), ('refunds', 'refunds to make'), ('transfers', 'transfers under way'), ('costs', 'Stripe’s fees'), ('bank', 'our bank account'), ('exchange', 'changed into another currency')], max_length=10),
        ),
        migrations.AddField(
            model_name='balancetransaction',
            name='movement',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='at_stripe', to='checkout.ledgertransaction'),
        ),
        migrations.AddField(
            model_name='reconciliationfinding',
            name='actor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reconciliationfinding',
            name='order',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='checkout.order'),
        ),
        migrations.AddField(
            model_name='reconciliationfinding',
            name='payment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='checkout.payment'),
        ),
        migrations.AddField(
            model_name='reconciliationfinding',
            name='refund',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='checkout.refund'),
        ),
        migrations.AddField(
            model_name='reconciliationfinding',
            name='transfer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='checkout.transfer'),
        ),
        migrations.AddField(
            model_name='reconciliationrun',
            name='actor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reconciliationfinding',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='checkout.reconciliationrun'),
        ),
        migrations.AddIndex(
            model_name='balancetransaction',
            index=models.Index(condition=models.Q(('movement', None)), fields=['created_at'], name='balance_unmatched'),
        ),
        migrations.AddIndex(
            model_name='reconciliationrun',
            index=models.Index(fields=['-until'], name='reconciliation_last_good'),
        ),
        migrations.AddConstraint(
            model_name='reconciliationrun',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'running')), fields=('outcome',), name='reconciliation_one_running'),
        ),
        migrations.AddConstraint(
            model_name='reconciliationrun',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'requested')), fields=('outcome',), name='reconciliation_one_requested'),
        ),
        migrations.AddIndex(
            model_name='reconciliationfinding',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['kind'], name='finding_open'),
        ),
        migrations.AddConstraint(
            model_name='reconciliationfinding',
            constraint=models.UniqueConstraint(fields=('kind', 'object_id'), name='finding_once_an_object'),
        ),
    ]
