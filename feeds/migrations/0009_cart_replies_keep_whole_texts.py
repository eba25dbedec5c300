from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feeds', '0008_interests_and_promotions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='cartreply',
            name='asked',
            field=models.TextField(help_text='The reply as it was published.'),
        ),
    ]
