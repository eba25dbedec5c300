import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# By the function that keeps what was done to shops.
FORBID = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON catalogue_productchange
FOR EACH STATEMENT EXECUTE FUNCTION catalogue_refuse_change()
"""


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0016_members_are_invited"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='product',
            name='on_sale_from',
            field=models.DateTimeField(blank=True, null=True, verbose_name='on sale from'),
        ),
        migrations.AddField(
            model_name='product',
            name='on_sale_until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='on sale until'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('on_sale_from', None), ('on_sale_until', None), ('on_sale_until__gt', models.F('on_sale_from')), _connector='OR'), name='product_ends_after_it_begins', violation_error_message='A product goes off sale after it goes on sale.'),
        ),
        migrations.CreateModel(
            name='ProductChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('changes', models.JSONField(verbose_name='changes')),
                ('reference', models.CharField(blank=True, help_text='The file of an import.', max_length=64, verbose_name='note')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='history', to='catalogue.product')),
                ('variant', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.variant')),
            ],
            options={
                'indexes': [models.Index(fields=['product', '-id'], name='product_change_newest')],
            },
        ),
        migrations.RunSQL(
            FORBID,
            "DROP TRIGGER append_only ON catalogue_productchange",
        ),
    ]
