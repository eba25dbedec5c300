from django.db import migrations, models

import shopping.names


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0024_stocktakes_have_a_history"),
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
