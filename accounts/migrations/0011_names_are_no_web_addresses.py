from django.db import migrations, models

import shopping.names


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0010_mails_speak_for_shops"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="display_name",
            field=models.CharField(
                max_length=80, validators=[shopping.names.plain_name], verbose_name="name"
            ),
        ),
    ]
