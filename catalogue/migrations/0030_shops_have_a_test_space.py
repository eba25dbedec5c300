import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0029_shops_say_where_their_cards_stand'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='merchant',
            name='test_of',
            field=models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='test_space', to='catalogue.merchant'),
        ),
        migrations.AlterField(
            model_name='merchant',
            name='status',
            field=models.CharField(choices=[('pending', 'pending'), ('active', 'active'), ('suspended', 'suspended'), ('test', 'test')], default='pending', max_length=10),
        ),
        migrations.AlterField(
            model_name='merchantevent',
            name='after',
            field=models.CharField(choices=[('pending', 'pending'), ('active', 'active'), ('suspended', 'suspended'), ('test', 'test')], max_length=10, verbose_name='after'),
        ),
        migrations.AlterField(
            model_name='merchantevent',
            name='before',
            field=models.CharField(choices=[('pending', 'pending'), ('active', 'active'), ('suspended', 'suspended'), ('test', 'test')], max_length=10, verbose_name='before'),
        ),
        migrations.AddConstraint(
            model_name='merchant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'test'), ('test_of__isnull', False)), models.Q(models.Q(('status', 'test'), _negated=True), ('test_of', None)), _connector='OR'), name='merchant_test_iff_of_a_shop'),
        ),
        migrations.AddConstraint(
            model_name='merchant',
            constraint=models.CheckConstraint(condition=models.Q(('test_of', None), models.Q(('payable', False), ('stripe_account_id', '')), _connector='OR'), name='merchant_test_is_paid_nothing'),
        ),
    ]
