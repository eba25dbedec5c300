import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import shopping.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feeds', '0012_validate_post_repost_has_no_partner'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='noticepreference',
            name='type',
            field=models.CharField(choices=[('order', 'your orders'), ('cart', 'answers to #cart'), ('drop', 'drops that you wait for'), ('moderation', 'decisions about you and your posts'), ('report', 'what came of your reports'), ('mention', 'mentions'), ('reply', 'replies'), ('quote', 'quotes'), ('repost', 'reposts'), ('follow', 'new followers'), ('like', 'likes')], max_length=40),
        ),
        migrations.AlterField(
            model_name='notification',
            name='type',
            field=models.CharField(choices=[('order', 'your orders'), ('cart', 'answers to #cart'), ('drop', 'drops that you wait for'), ('moderation', 'decisions about you and your posts'), ('report', 'what came of your reports'), ('mention', 'mentions'), ('reply', 'replies'), ('quote', 'quotes'), ('repost', 'reposts'), ('follow', 'new followers'), ('like', 'likes')], max_length=40),
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('open', 'waits'), ('actioned', 'acted on'), ('dismissed', 'dismissed'), ('reversed', 'taken back')], default='open', max_length=10, verbose_name='state')),
                ('report_count', models.PositiveIntegerField(default=0, verbose_name='reports')),
                ('opened_at', models.DateTimeField(auto_now_add=True, verbose_name='opened')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='opened by')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='feeds.post', verbose_name='post')),
            ],
            options={
                'verbose_name': 'case',
                'verbose_name_plural': 'cases',
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=shopping.ids.public_id, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('hide', 'post hidden'), ('suspend', 'account suspended'), ('dismiss', 'nothing done'), ('restore', 'post shown again'), ('lift', 'suspension lifted')], max_length=10, verbose_name='decision')),
                ('ground', models.CharField(blank=True, choices=[('spam', 'spam'), ('fraud', 'scam or counterfeit'), ('hate', 'hate or harassment'), ('nudity', 'nudity or sexual content'), ('illegal_goods', 'illegal goods'), ('personal_data', 'somebody’s personal data'), ('self_harm', 'self-harm or danger'), ('other', 'something else')], max_length=20, verbose_name='ground')),
                ('words', models.TextField(blank=True, verbose_name='what was seen')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='decided')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='feeds.case', verbose_name='case')),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
            },
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField(verbose_name='what they say')),
                ('state', models.CharField(choices=[('open', 'waits'), ('granted', 'granted'), ('rejected', 'rejected')], default='open', max_length=10, verbose_name='state')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='received')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='feeds.decision', verbose_name='decision')),
            ],
            options={
                'verbose_name': 'appeal',
                'verbose_name_plural': 'appeals',
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[('spam', 'spam'), ('fraud', 'scam or counterfeit'), ('hate', 'hate or harassment'), ('nudity', 'nudity or sexual content'), ('illegal_goods', 'illegal goods'), ('personal_data', 'somebody’s personal data'), ('self_harm', 'self-harm or danger'), ('other', 'something else')], max_length=20)),
                ('words', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='feeds.case')),
                ('reporter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['-report_count', 'opened_at', 'id'], name='case_queue'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('post__isnull', False), ('state', 'open')), fields=('post',), name='case_one_open_a_post'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('post', None), ('state', 'open')), fields=('person',), name='case_one_open_a_person'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='case_closed_iff_decided'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ['hide', 'suspend', 'dismiss'])), fields=('case',), name='decision_closes_once'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ['restore', 'lift'])), fields=('case',), name='decision_reversed_once'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['hide', 'suspend']), _negated=True), models.Q(models.Q(('ground', ''), _negated=True), models.Q(('words', ''), _negated=True)), _connector='OR'), name='decision_says_why', violation_error_message='Say on what ground, and what was seen.'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('words'), 1000)), name='decision_words_bounded', violation_error_message='This text is too long.'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['id'], name='appeal_queue'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('answered_by', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='appeal_answered_iff_closed'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='appeal_says_something'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('words'), 1000)), name='appeal_words_bounded', violation_error_message='This text is too long.'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('answer'), 1000)), name='appeal_answer_bounded', violation_error_message='This text is too long.'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('case', 'reporter'), name='report_once', violation_error_message='You have reported this already.'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('words'), 1000)), name='report_words_bounded', violation_error_message='This text is too long.'),
        ),
    ]
