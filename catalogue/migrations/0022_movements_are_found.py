import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("catalogue", "0021_movements_know_their_shop"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='stockmovement',
            index=models.Index(fields=['variant', 'created_at', 'id'], name='movement_of_variant'),
        ),
        AddIndexConcurrently(
            model_name='stockmovement',
            index=models.Index(fields=['merchant', 'created_at', 'id'], name='movement_of_shop'),
        ),
        AddIndexConcurrently(
            model_name='stockmovement',
            index=models.Index(fields=['created_at', 'id'], name='movement_by_time'),
        ),
        AddIndexConcurrently(
            model_name='stockmovement',
            index=models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['reference'], name='movement_by_reference'),
        ),
        AddIndexConcurrently(
            model_name='stockmovement',
            index=models.Index(condition=models.Q(('reason', 'sale'), _negated=True), fields=['merchant', 'reason', 'created_at', 'id'], name='movement_by_reason'),
        ),
        AddIndexConcurrently(
            model_name='stockmovement',
            index=models.Index(condition=models.Q(('actor__isnull', False)), fields=['actor', 'created_at', 'id'], name='movement_by_actor'),
        ),
        # What the indexes above begin with needs none of its own.
        migrations.AlterField(
            model_name='stockmovement',
            name='actor',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='stockmovement',
            name='variant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='catalogue.variant'),
        ),
        migrations.AlterField(
            model_name='stockmovement',
            name='merchant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.merchant'),
        ),
    ]
