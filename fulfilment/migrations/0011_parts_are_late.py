import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0022_movements_are_found'),
        ('checkout', '0033_stock_is_checked_nightly'),
        ("fulfilment", "0010_reports_are_of_a_merchant"),
    ]

    operations = [
        migrations.CreateModel(
            name='LateReminder',
            fields=[
                ('merchant', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='catalogue.merchant')),
                ('told_on', models.DateField()),
            ],
        ),
        migrations.AddField(
            model_name='fulfilmentorder',
            name='leaves_by',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='leaves by'),
        ),
        migrations.AddField(
            model_name='fulfilmentorder',
            name='operator_told_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
