import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A stored generated column rewrites the table and locks it meanwhile. Merchants are few, so
    that takes milliseconds; for a table of an order's size it would have to be done otherwise.
    """

    dependencies = [
        ('catalogue', '0006_merchants_say_who_they_are_on_invoices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PayoutEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payable', models.BooleanField(verbose_name='can be paid')),
                ('problem', models.CharField(blank=True, max_length=1000, verbose_name='what Stripe asks for')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='merchant',
            name='account_asked_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='merchant',
            name='account_check_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='merchant',
            name='connected_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='merchant',
            name='payable',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='can be paid'),
        ),
        migrations.AddField(
            model_name='merchant',
            name='payout_problem',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=1000, verbose_name='what Stripe asks for'),
        ),
        migrations.AlterField(
            model_name='merchant',
            name='stripe_account_id',
            field=models.CharField(blank=True, editable=False, max_length=64, verbose_name='account at Stripe'),
        ),
        migrations.AddConstraint(
            model_name='merchant',
            constraint=models.UniqueConstraint(condition=models.Q(('stripe_account_id', ''), _negated=True), fields=('stripe_account_id',), name='merchant_account_unique', violation_error_message='Another shop has this account at Stripe.'),
        ),
        migrations.AddField(
            model_name='payoutevent',
            name='merchant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payout_history', to='catalogue.merchant'),
        ),
        migrations.AddField(
            model_name='merchant',
            name='sells',
            field=models.GeneratedField(db_persist=True, expression=models.Q(('payable', True), ('status', 'active')), output_field=models.BooleanField()),
        ),
    ]
