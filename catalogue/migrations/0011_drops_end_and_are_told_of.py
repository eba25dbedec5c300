import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0010_who_is_payable_has_an_account'),
    ]

    operations = [
        migrations.AddField(
            model_name='drop',
            name='edition',
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddField(
            model_name='drop',
            name='ends_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='ends at'),
        ),
        migrations.AddField(
            model_name='drop',
            name='pieces',
            field=models.PositiveIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='dropreminder',
            name='known',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='dropreminder',
            name='opened',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='dropreminder',
            name='soon',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='drop',
            name='product',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='drop', to='catalogue.product', verbose_name='product'),
        ),
        migrations.AddConstraint(
            model_name='drop',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gt', models.F('opens_at')), _connector='OR'), name='drop_ends_after_it_opens', violation_error_message='A drop ends after it opens.'),
        ),
        migrations.AlterConstraint(
            model_name='drop',
            name='drop_limit_at_least_one',
            constraint=models.CheckConstraint(condition=models.Q(('per_person__gte', 1)), name='drop_limit_at_least_one', violation_error_message='Each person may buy one piece at least.'),
        ),
    ]
