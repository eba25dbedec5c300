import django.db.models.deletion
import shopping.ids
import shopping.private_files
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0014_words_of_the_products_there_are'),
        ('checkout', '0031_lines_count_what_was_sent'),
        ("fulfilment", "0014_parts_are_found_by_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # No row of it was ever written: it is made anew.
        migrations.DeleteModel(name='Return'),
        migrations.CreateModel(
            name='Return',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=shopping.ids.public_id, editable=False, unique=True)),
                ('key', models.CharField(editable=False, max_length=64)),
                ('status', models.CharField(choices=[('requested', 'asked for'), ('approved', 'approved, to be sent back'), ('refused', 'refused'), ('withdrawn', 'withdrawn by the shopper'), ('expired', 'never sent back'), ('received', 'received'), ('refunded', 'refunded')], default='requested', max_length=20, verbose_name='status')),
                ('words', models.TextField(blank=True, max_length=1000, verbose_name='the shopper’s words')),
                ('answer', models.TextField(blank=True, max_length=1000, verbose_name='answer')),
                ('send_to', models.TextField(blank=True, verbose_name='goes to')),
                ('instructions', models.TextField(blank=True, verbose_name='instructions')),
                ('send_by', models.DateField(blank=True, null=True, verbose_name='to be sent by')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='asked for on')),
                ('fulfilment_order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='fulfilment.fulfilmentorder')),
                ('refund', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='goods_return', to='checkout.refund')),
            ],
            options={
                'verbose_name': 'return',
                'verbose_name_plural': 'returns',
            },
        ),
        migrations.CreateModel(
            name='ReturnEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('requested', 'asked for'), ('approved', 'approved, to be sent back'), ('refused', 'refused'), ('withdrawn', 'withdrawn by the shopper'), ('expired', 'never sent back'), ('received', 'received'), ('refunded', 'refunded')], max_length=20, verbose_name='status')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='fulfilment.return')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ReturnLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField(verbose_name='quantity')),
                ('reason', models.CharField(choices=[('changed_mind', 'I changed my mind'), ('does_not_fit', 'It does not fit'), ('damaged', 'It came damaged'), ('wrong_item', 'It is not what I ordered'), ('not_as_described', 'It is not as described'), ('other', 'Something else')], max_length=20, verbose_name='reason')),
                ('received', models.PositiveIntegerField(blank=True, null=True, verbose_name='received')),
                ('condition', models.CharField(blank=True, choices=[('as_new', 'as new'), ('opened', 'opened'), ('used', 'used'), ('broken', 'broken')], max_length=20, verbose_name='condition')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='return_lines', to='checkout.orderline')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='fulfilment.return')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ReturnPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=shopping.ids.public_id, editable=False, unique=True)),
                ('file', models.FileField(max_length=200, storage=shopping.private_files.private_files, upload_to='')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='fulfilment.return')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ReturnPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.TextField(blank=True, help_text='Where parcels go. Without one, the address of the company.', max_length=300, verbose_name='address for returns')),
                ('instructions', models.TextField(blank=True, help_text='Read with the approval: how to pack it, what to write on the label.', max_length=1000, verbose_name='instructions')),
                ('postage', models.CharField(blank=True, help_text='In your words. Empty: the shopper does, unless it came damaged, wrong or not as described.', max_length=200, verbose_name='who pays the return postage')),
                ('days_to_send', models.PositiveSmallIntegerField(db_default=14, default=14, verbose_name='days to send it back in')),
                ('approve_up_to', models.BigIntegerField(blank=True, null=True)),
                ('merchant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='return_policy', to='catalogue.merchant', verbose_name='shop')),
            ],
            options={
                'verbose_name': 'rules for returns',
                'verbose_name_plural': 'rules for returns',
            },
        ),
        migrations.AddIndex(
            model_name='return',
            index=models.Index(condition=models.Q(('status', 'approved')), fields=['send_by'], name='return_awaited_by'),
        ),
        migrations.AddConstraint(
            model_name='return',
            constraint=models.UniqueConstraint(fields=('fulfilment_order', 'key'), name='return_once_a_key'),
        ),
        migrations.AddConstraint(
            model_name='return',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'approved'), _negated=True), ('send_by__isnull', False), _connector='OR'), name='return_approved_until'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=models.UniqueConstraint(fields=('parent', 'line'), name='return_line_unique'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='return_line_quantity'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=models.CheckConstraint(condition=models.Q(('received', None), ('received__lte', models.F('quantity')), _connector='OR'), name='return_line_received_at_most_all'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('days_to_send__gte', 1), ('days_to_send__lte', 90)), name='return_policy_days', violation_error_message='Give people 1 to 90 days.'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('approve_up_to', None), ('approve_up_to__gte', 0), _connector='OR'), name='return_policy_amount_not_negative', violation_error_message='An amount is not less than nothing.'),
        ),
    ]
