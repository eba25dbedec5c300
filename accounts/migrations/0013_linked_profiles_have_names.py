from django.db import migrations, models

import shopping.ids


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_keys_have_an_app_of_their_own'),
    ]

    operations = [
        migrations.AddField(
            model_name='linkedaccount',
            name='public_id',
            field=models.UUIDField(db_default=models.Func(function='gen_random_uuid'), default=shopping.ids.public_id, editable=False, unique=True),
        ),
        migrations.AddField(
            model_name='linkedaccount',
            name='handle',
            field=models.CharField(blank=True, db_default='', max_length=200),
        ),
    ]
