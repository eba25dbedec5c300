import django.db.models.deletion
import shopping.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_find_the_suspended'),
        ('feeds', '0004_find_followers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MailStop',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mail_stop', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='NoticePreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('type', models.CharField(choices=[('order', 'your orders'), ('cart', 'answers to #cart'), ('drop', 'drops that you wait for'), ('moderation', 'decisions about you and your posts'), ('mention', 'mentions'), ('reply', 'replies'), ('quote', 'quotes'), ('repost', 'reposts'), ('follow', 'new followers'), ('like', 'likes')], max_length=40)),
                ('on_page', models.BooleanField(default=True)),
                ('mail', models.CharField(choices=[('never', 'Never'), ('at_once', 'At once'), ('daily', 'Once a day')], max_length=10)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='notification',
            name='notification_newest',
        ),
        migrations.AddField(
            model_name='notification',
            name='mail_due_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='notification',
            name='public_id',
            field=models.UUIDField(db_default=models.Func(function='gen_random_uuid'), default=shopping.ids.public_id, editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name='notification',
            name='type',
            field=models.CharField(choices=[('order', 'your orders'), ('cart', 'answers to #cart'), ('drop', 'drops that you wait for'), ('moderation', 'decisions about you and your posts'), ('mention', 'mentions'), ('reply', 'replies'), ('quote', 'quotes'), ('repost', 'reposts'), ('follow', 'new followers'), ('like', 'likes')], max_length=40),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(fields=['user', '-created_at', '-id'], name='notification_newest'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='notification_mail_due'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('read_at__isnull', False)), fields=['read_at'], name='notification_read'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(condition=models.Q(('read_at', None), ('type__in', ('like', 'repost'))), fields=('user', 'type', 'post'), name='notification_gathered'),
        ),
        migrations.AddField(
            model_name='noticepreference',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notice_preferences', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='noticepreference',
            constraint=models.UniqueConstraint(fields=('user', 'type'), name='notice_preference_unique'),
        ),
    ]
