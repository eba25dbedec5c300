from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkout', '0029_drops_have_queues_and_limits'),
    ]

    operations = [
        migrations.AddField(
            model_name='closedmonth',
            name='shows_gifts',
            field=models.BooleanField(db_default=False, default=True),
        ),
    ]
