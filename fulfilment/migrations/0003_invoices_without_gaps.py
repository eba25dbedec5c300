import django.db.models.deletion
import shopping.ids
from django.db import migrations, models


# What was issued is never changed; a mistake is answered by a credit note. The function is that of
# the other append-only tables.
GUARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON fulfilment_invoice
FOR EACH STATEMENT EXECUTE FUNCTION checkout_refuse_change()
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0006_merchants_say_who_they_are_on_invoices'),
        ('checkout', '0005_books_are_append_only'),
        ('fulfilment', '0002_openings_that_failed_wait'),
    ]

    operations = [
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=shopping.ids.public_id, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('invoice', 'invoice'), ('credit_note', 'credit note')], max_length=12)),
                ('year', models.PositiveSmallIntegerField()),
                ('sequence', models.PositiveIntegerField()),
                ('issued_at', models.DateTimeField()),
                ('paid_at', models.DateTimeField()),
                ('reference', models.CharField(help_text='The order, as people read it.', max_length=30)),
                ('locale', models.CharField(max_length=10)),
                ('currency', models.CharField(max_length=3)),
                ('seller', models.JSONField()),
                ('buyer', models.JSONField()),
                ('lines', models.JSONField()),
                ('total', models.BigIntegerField()),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_notes', to='fulfilment.invoice')),
                ('fulfilment_order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='fulfilment.fulfilmentorder')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='catalogue.merchant')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('merchant', 'year', 'sequence'), name='invoice_number_unique'), models.UniqueConstraint(fields=('fulfilment_order', 'kind'), name='invoice_one_per_part_and_kind'), models.CheckConstraint(condition=models.Q(models.Q(('corrects', None), ('kind', 'invoice')), models.Q(('corrects__isnull', False), ('kind', 'credit_note')), _connector='OR'), name='invoice_credit_note_corrects_one'), models.CheckConstraint(condition=models.Q(('sequence__gte', 1), ('total__gte', 0)), name='invoice_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='InvoiceCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField()),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.merchant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('merchant', 'year'), name='invoice_counter_unique')],
            },
        ),
        migrations.RunSQL(GUARD, "DROP TRIGGER append_only ON fulfilment_invoice"),
    ]
