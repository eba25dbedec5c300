
import django.db.models.deletion
import django.db.models.functions.text
import shopping.ids
from django.conf import settings
from django.db import migrations, models


# What was done to a shop stays as it was written down.
FORBID = """
CREATE FUNCTION catalogue_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON catalogue_merchantact
FOR EACH STATEMENT EXECUTE FUNCTION catalogue_refuse_change()
"""
ALLOW = """
DROP TRIGGER append_only ON catalogue_merchantact;
DROP FUNCTION catalogue_refuse_change()
"""


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0015_names_are_found_slice_by_slice"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=shopping.ids.public_id, editable=False, unique=True)),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('role', models.CharField(choices=[('owner', 'owner'), ('editor', 'editor'), ('fulfilment', 'fulfilment'), ('read_only', 'read only')], max_length=12, verbose_name='role')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='catalogue.merchant')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(models.F('merchant'), django.db.models.functions.text.Lower('email'), condition=models.Q(('accepted_at', None), ('revoked_at', None)), name='invitation_one_open_an_address', violation_error_message='This address is invited already.'), models.CheckConstraint(condition=models.Q(('accepted_at', None), ('revoked_at', None), _connector='OR'), name='invitation_accepted_or_revoked'), models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('accepted_by__isnull', True)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False)), _connector='OR'), name='invitation_accepted_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='MerchantAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('operator', models.BooleanField(default=False)),
                ('kind', models.CharField(choices=[('invited', 'invited'), ('revoked', 'took an invitation back'), ('joined', 'joined'), ('role', 'changed a role'), ('removed', 'removed a member'), ('added', 'added'), ('changed', 'changed'), ('deleted', 'deleted')], max_length=10)),
                ('subject', models.CharField(max_length=200)),
                ('model', models.CharField(blank=True, max_length=60)),
                ('object_id', models.CharField(blank=True, max_length=60)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('changes', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='catalogue.merchant')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['merchant', '-id'], name='merchantact_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('operator', False), models.Q(('reason', ''), _negated=True), _connector='OR'), name='merchantact_operator_says_why')],
            },
        ),
        migrations.RunSQL(FORBID, ALLOW),
    ]
