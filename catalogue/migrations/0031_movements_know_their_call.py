from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0030_shops_have_a_test_space'),
    ]

    operations = [
        migrations.AddField(
            model_name='stockmovement',
            name='call_key',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=64),
        ),
    ]
