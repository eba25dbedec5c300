import django.db.models.deletion
import shopping.ids
from django.conf import settings
from django.db import migrations, models


# What was written is never changed. The function is that of the other append-only tables.
GUARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION checkout_refuse_change()
"""
TABLES = ('fulfilment_internalnote', 'fulfilment_shopmessage')


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0014_words_of_the_products_there_are'),
        ('checkout', '0005_books_are_append_only'),
        ("fulfilment", "0012_late_parts_are_found"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='InternalNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000)),
                ('key', models.UUIDField(unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('query', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ShopMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000)),
                ('key', models.UUIDField(unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('public_id', models.UUIDField(default=shopping.ids.public_id, editable=False, unique=True)),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='internalnote',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='internalnote',
            name='part',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='internal_notes', to='fulfilment.fulfilmentorder'),
        ),
        migrations.AddField(
            model_name='savedview',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='savedview',
            name='merchant',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to='catalogue.merchant'),
        ),
        migrations.AddField(
            model_name='shopmessage',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='shopmessage',
            name='part',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='fulfilment.fulfilmentorder'),
        ),
        migrations.AddConstraint(
            model_name='internalnote',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='internal_note_says_something', violation_error_message='Write something.'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('author', 'name'), name='saved_view_name_once', violation_error_message='You have a view of this name already.'),
        ),
        migrations.AddConstraint(
            model_name='shopmessage',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='shop_message_says_something', violation_error_message='Write something.'),
        ),
        *(
            migrations.RunSQL(GUARD.format(table=table), f'DROP TRIGGER append_only ON {table}')
            for table in TABLES
        ),
    ]
