from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    # Shops sell and import all day: the indexes are made beside that.
    atomic = False

    dependencies = [
        ("catalogue", "0017_products_have_a_schedule_and_a_history"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='product',
            index=models.Index(fields=['merchant', '-id'], name='product_newest'),
        ),
        AddIndexConcurrently(
            model_name='product',
            index=models.Index(fields=['merchant', 'status', '-id'], name='product_of_status'),
        ),
        AddIndexConcurrently(
            model_name='product',
            index=models.Index(fields=['status', '-id'], name='product_of_any_status'),
        ),
        AddIndexConcurrently(
            model_name='product',
            index=models.Index(condition=models.Q(('on_sale_from__isnull', False)), fields=['on_sale_from'], name='product_begins'),
        ),
        AddIndexConcurrently(
            model_name='product',
            index=models.Index(condition=models.Q(('on_sale_until__isnull', False)), fields=['on_sale_until'], name='product_ends'),
        ),
        AddIndexConcurrently(
            model_name='product',
            index=GinIndex(OpClass(Upper('title'), name='gin_trgm_ops'), fastupdate=False, name='product_title_part'),
        ),
        AddIndexConcurrently(
            model_name='product',
            index=GinIndex(OpClass(Upper('external_id'), name='gin_trgm_ops'), fastupdate=False, name='product_external_id_part'),
        ),
        AddIndexConcurrently(
            model_name='variant',
            index=models.Index(fields=['merchant', '-id'], name='variant_newest'),
        ),
        AddIndexConcurrently(
            model_name='variant',
            index=GinIndex(OpClass(Upper('sku'), name='gin_trgm_ops'), fastupdate=False, name='variant_sku_part'),
        ),
    ]
