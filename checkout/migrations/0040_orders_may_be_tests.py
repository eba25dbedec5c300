import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0030_shops_have_a_test_space'),
        ('checkout', '0039_lines_know_their_partner'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='test_shop',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='test_orders', to='catalogue.merchant'),
        ),
        migrations.AddField(
            model_name='payment',
            name='test_shop',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.merchant'),
        ),
        migrations.AddField(
            model_name='stripeevent',
            name='test',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name='ledgerentry',
            name='account',
            field=models.CharField(choices=[('stripe', 'Stripe balance'), ('test', 'Stripe’s test money'), ('merchant', 'owed to merchant'), ('fees', 'our fees'), ('refunds', 'refunds to make'), ('transfers', 'transfers under way'), ('costs', 'Stripe’s fees'), ('bank', 'our bank account'), ('exchange', 'changed into another currency')], max_length=10),
        ),
        AddConstraintNotValid(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('test_shop', None), ('user', None), _connector='OR'), name='order_test_is_nobodys'),
        ),
    ]
