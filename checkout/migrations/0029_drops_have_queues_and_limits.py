import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0011_drops_end_and_are_told_of'),
        ('checkout', '0028_offers_of_ours_have_a_most'),
    ]

    operations = [
        migrations.CreateModel(
            name='DropPurchase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('principal', models.CharField(max_length=80)),
                ('email', models.EmailField(max_length=254)),
                ('address', models.CharField(max_length=64)),
                ('is_member', models.BooleanField()),
                ('drop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='purchases', to='catalogue.drop')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drop_purchases', to='checkout.order')),
            ],
            options={
                'indexes': [models.Index(fields=['drop', 'principal'], name='drop_purchase_by_principal'), models.Index(fields=['drop', 'email'], name='drop_purchase_by_email'), models.Index(fields=['drop', 'address'], name='drop_purchase_by_address')],
                'constraints': [models.UniqueConstraint(fields=('order', 'drop'), name='drop_purchase_unique')],
            },
        ),
        migrations.CreateModel(
            name='DropTicket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('principal', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('seen_at', models.DateTimeField()),
                ('turn_until', models.DateTimeField(blank=True, null=True)),
                ('placed_at', models.DateTimeField(blank=True, null=True)),
                ('drop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tickets', to='catalogue.drop')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('turn_until', None)), fields=['drop', 'id'], name='drop_ticket_waiting'), models.Index(condition=models.Q(('placed_at', None)), fields=['drop', 'turn_until'], name='drop_ticket_turns')],
                'constraints': [models.UniqueConstraint(fields=('principal', 'drop'), name='drop_ticket_unique'), models.CheckConstraint(condition=models.Q(('placed_at', None), ('turn_until__isnull', False), _connector='OR'), name='drop_ticket_placed_in_a_turn')],
            },
        ),
    ]
