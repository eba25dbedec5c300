from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_mails_may_be_stopped'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='adult_since',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
