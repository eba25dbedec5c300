import django.db.models.deletion
from django.db import migrations, models

import shopping.ids


class Migration(migrations.Migration):
    dependencies = [
        ('checkout', '0014_refunds_have_parts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=shopping.ids.public_id, editable=False, unique=True)),
                ('stripe_id', models.CharField(max_length=64, unique=True)),
                ('status', models.CharField(choices=[('warning_needs_response', 'the bank asks'), ('warning_under_review', 'the bank reads our answer'), ('warning_closed', 'the bank asks no more'), ('needs_response', 'open: proof is needed'), ('under_review', 'the bank reads our proof'), ('won', 'won'), ('lost', 'lost'), ('prevented', 'settled before it began')], max_length=30)),
                ('amount', models.BigIntegerField()),
                ('reason', models.CharField(blank=True, max_length=60)),
                ('due_by', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddField(
            model_name='dispute',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='checkout.payment'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='dispute_amount_not_negative'),
        ),
    ]
