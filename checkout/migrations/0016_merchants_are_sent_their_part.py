import django.db.models.deletion
import shopping.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0006_merchants_say_who_they_are_on_invoices'),
        ('checkout', '0015_disputes'),
    ]

    operations = [
        migrations.AddField(
            model_name='payment',
            name='charge_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AlterField(
            model_name='ledgerentry',
            name='account',
            field=models.CharField(choices=[('stripe', 'Stripe balance'), ('merchant', 'owed to merchant'), ('fees', 'our fees'), ('refunds', 'refunds to make'), ('transfers', 'transfers under way'), ('costs', 'Stripe’s fees'), ('bank', 'our bank account')], max_length=10),
        ),
        migrations.AlterField(
            model_name='ledgertransaction',
            name='order',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ledger', to='checkout.order'),
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=shopping.ids.public_id, editable=False, unique=True)),
                ('amount', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('reversed', models.BigIntegerField(default=0)),
                ('from_charge', models.BooleanField(default=False)),
                ('stripe_id', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('status', models.CharField(choices=[('requested', 'on its way'), ('succeeded', 'transferred')], default='requested', max_length=10)),
                ('failure', models.CharField(blank=True, default='', max_length=60)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('attempted_at', models.DateTimeField(blank=True, null=True)),
                ('next_attempt_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='catalogue.merchant')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='checkout.order')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='checkout.payment')),
            ],
        ),
        migrations.CreateModel(
            name='TransferReversal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=shopping.ids.public_id, editable=False, unique=True)),
                ('amount', models.BigIntegerField()),
                ('stripe_id', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('status', models.CharField(choices=[('requested', 'on its way'), ('succeeded', 'taken back'), ('dropped', 'not needed any more')], default='requested', max_length=10)),
                ('failure', models.CharField(blank=True, default='', max_length=60)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('attempted_at', models.DateTimeField(blank=True, null=True)),
                ('next_attempt_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reversals', to='checkout.transfer')),
            ],
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(condition=models.Q(('next_attempt_at__isnull', False)), fields=['next_attempt_at'], name='transfer_due'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(condition=models.Q(('status', 'requested')), fields=['merchant'], name='transfer_waiting'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='transfer_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', models.F('reversed')), ('reversed__gte', 0)), name='transfer_reversed_amount', violation_error_message='No more is taken back than was sent.'),
        ),
        migrations.AddIndex(
            model_name='transferreversal',
            index=models.Index(condition=models.Q(('next_attempt_at__isnull', False)), fields=['next_attempt_at'], name='reversal_due'),
        ),
        migrations.AddConstraint(
            model_name='transferreversal',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='reversal_amount_positive'),
        ),
    ]
