from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_find_the_suspended'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='circle',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
    ]
