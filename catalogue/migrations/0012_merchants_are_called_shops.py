from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0011_drops_end_and_are_told_of'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='merchant',
            options={'verbose_name': 'shop', 'verbose_name_plural': 'shops'},
        ),
    ]
