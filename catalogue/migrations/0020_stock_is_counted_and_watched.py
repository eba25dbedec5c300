import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Whoever writes a movement names its variant, also where the code is that of before: whose it is
# the database knows.
FILLED_IN = """
CREATE FUNCTION catalogue_shop_of_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT merchant_id INTO NEW.merchant_id FROM catalogue_variant WHERE id = NEW.variant_id;
    RETURN NEW;
END $$;
CREATE TRIGGER movement_knows_its_shop BEFORE INSERT ON catalogue_stockmovement
FOR EACH ROW EXECUTE FUNCTION catalogue_shop_of_movement();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0019_imports_are_staged"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LowStock',
            fields=[
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='alert', serialize=False, to='catalogue.stockitem')),
                ('fell_at', models.DateTimeField(auto_now_add=True)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Stocktake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(blank=True, max_length=80, verbose_name='note')),
                ('status', models.CharField(choices=[('open', 'being counted'), ('applying', 'being applied'), ('applied', 'applied'), ('cancelled', 'cancelled')], default='open', max_length=10, verbose_name='status')),
                ('size', models.PositiveIntegerField(default=0, editable=False, verbose_name='variants')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='begun')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'stocktake',
                'verbose_name_plural': 'stocktakes',
            },
        ),
        migrations.CreateModel(
            name='StocktakeLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counted', models.PositiveIntegerField(blank=True, null=True, verbose_name='counted')),
                ('expected', models.IntegerField(blank=True, null=True, verbose_name='on hand')),
                ('last_movement', models.BigIntegerField(blank=True, null=True)),
                ('counted_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('', 'not applied'), ('applied', 'applied'), ('reserved', 'refused: shoppers were promised more'), ('stale', 'refused: the books say otherwise by now, count again')], default='', max_length=10)),
            ],
        ),
        migrations.AddField(
            model_name='merchant',
            name='low_stock_at',
            field=models.PositiveIntegerField(db_default=5, default=5, help_text='Pieces that can be sold.', verbose_name='stock is low from'),
        ),
        migrations.AddField(
            model_name='merchant',
            name='low_stock_told_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='stockitem',
            name='low_at',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='low from'),
        ),
        migrations.AddField(
            model_name='stockmovement',
            name='merchant',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.merchant'),
        ),
        migrations.AddField(
            model_name='stockmovement',
            name='note',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='note'),
        ),
        migrations.AlterField(
            model_name='stockmovement',
            name='reason',
            field=models.CharField(choices=[('import', 'import'), ('adjustment', 'correction'), ('sale', 'sale'), ('restock', 'back from a refund'), ('received', 'received'), ('returned', 'returned to stock'), ('damaged', 'damaged'), ('lost', 'lost'), ('count', 'stocktake')], max_length=12, verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='stockmovement',
            name='reference',
            field=models.CharField(blank=True, help_text='Order number or file.', max_length=64, verbose_name='reference'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('reason__in', ['received', 'returned']), _negated=True), ('after__gt', models.F('before')), _connector='OR'), models.Q(models.Q(('reason__in', ['damaged', 'lost']), _negated=True), ('after__lt', models.F('before')), _connector='OR')), name='movement_goes_the_way_of_its_reason'),
        ),
        migrations.AddField(
            model_name='lowstock',
            name='merchant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.merchant'),
        ),
        migrations.AddField(
            model_name='stocktake',
            name='actor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stocktake',
            name='applied_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stocktake',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.category', verbose_name='category'),
        ),
        migrations.AddField(
            model_name='stocktake',
            name='merchant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stocktakes', to='catalogue.merchant'),
        ),
        migrations.AddField(
            model_name='stocktakeline',
            name='counted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stocktakeline',
            name='stocktake',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='catalogue.stocktake'),
        ),
        migrations.AddField(
            model_name='stocktakeline',
            name='variant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.variant'),
        ),
        migrations.AddIndex(
            model_name='lowstock',
            index=models.Index(condition=models.Q(('told_at__isnull', True)), fields=['merchant'], name='low_stock_untold'),
        ),
        migrations.AddIndex(
            model_name='stocktake',
            index=models.Index(condition=models.Q(('status', 'applying')), fields=['id'], name='stocktake_being_applied'),
        ),
        migrations.AddIndex(
            model_name='stocktakeline',
            index=models.Index(fields=['stocktake', 'id'], name='stocktake_lines_in_order'),
        ),
        migrations.AddConstraint(
            model_name='stocktakeline',
            constraint=models.UniqueConstraint(fields=('stocktake', 'variant'), name='stocktake_counts_a_variant_once'),
        ),
        migrations.AddConstraint(
            model_name='stocktakeline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('counted__isnull', True), ('counted_at__isnull', True), ('expected__isnull', True), ('outcome', '')), models.Q(('counted__isnull', False), ('counted_at__isnull', False), ('expected__isnull', False)), _connector='OR'), name='stocktake_line_counted_at_a_moment'),
        ),
        migrations.RunSQL(
            FILLED_IN,
            "DROP TRIGGER movement_knows_its_shop ON catalogue_stockmovement;"
            "DROP FUNCTION catalogue_shop_of_movement()",
        ),
    ]
