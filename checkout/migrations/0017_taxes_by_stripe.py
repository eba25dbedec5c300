import django.db.models.deletion
import shopping.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkout', '0016_merchants_are_sent_their_part'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TaxCalculation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('stripe_id', models.CharField(blank=True, max_length=100)),
                ('result', models.JSONField(default=dict)),
                ('refusal', models.CharField(blank=True, max_length=100)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='TaxTransaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=shopping.ids.public_id, editable=False, unique=True)),
                ('calculation_id', models.CharField(blank=True, max_length=100)),
                ('stripe_id', models.CharField(blank=True, max_length=100, null=True, unique=True)),
                ('lines', models.JSONField(blank=True, default=dict)),
                ('status', models.CharField(choices=[('requested', 'requested'), ('recorded', 'recorded'), ('failed', 'failed')], default='requested', max_length=10)),
                ('failure', models.CharField(blank=True, max_length=60)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='order',
            name='tax_calculation',
            field=models.CharField(blank=True, editable=False, max_length=100, null=True),
        ),
        migrations.AddConstraint(
            model_name='taxcalculation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('refusal', ''), models.Q(('stripe_id', ''), _negated=True)), models.Q(models.Q(('refusal', ''), _negated=True), ('stripe_id', '')), _connector='OR'), name='tax_calculation_answer_or_refusal'),
        ),
        migrations.AddField(
            model_name='taxtransaction',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tax_transactions', to='checkout.order'),
        ),
        migrations.AddField(
            model_name='taxtransaction',
            name='refund',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tax_transaction', to='checkout.refund'),
        ),
        migrations.AddIndex(
            model_name='taxtransaction',
            index=models.Index(condition=models.Q(('next_attempt_at__isnull', False)), fields=['next_attempt_at'], name='tax_transaction_due'),
        ),
        migrations.AddConstraint(
            model_name='taxtransaction',
            constraint=models.UniqueConstraint(condition=models.Q(('refund', None)), fields=('order',), name='tax_transaction_one_sale'),
        ),
        migrations.AddConstraint(
            model_name='taxtransaction',
            constraint=models.CheckConstraint(condition=models.Q(('refund', None), ('calculation_id', ''), _connector='XOR'), name='tax_transaction_sale_has_calculation'),
        ),
        migrations.AddConstraint(
            model_name='taxtransaction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'recorded'), ('stripe_id__isnull', False)), models.Q(models.Q(('status', 'recorded'), _negated=True), ('stripe_id', None)), _connector='OR'), name='tax_transaction_recorded_iff_known'),
        ),
        migrations.AddConstraint(
            model_name='taxtransaction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('next_attempt_at__isnull', False), ('status', 'requested')), models.Q(models.Q(('status', 'requested'), _negated=True), ('next_attempt_at', None)), _connector='OR'), name='tax_transaction_due_iff_requested'),
        ),
    ]
