from django.db import migrations, models

import shopping.names


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0022_movements_are_found"),
    ]

    operations = [
        migrations.AlterField(
            model_name="merchant",
            name="name",
            field=models.CharField(
                max_length=80, validators=[shopping.names.plain_name], verbose_name="name"
            ),
        ),
    ]
