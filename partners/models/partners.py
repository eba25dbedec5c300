from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from shopping.ids import public_id
from shopping.names import plain_name

CODE = RegexValidator(
    r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$", _("Up to forty small letters, digits and hyphens.")
)


class Partner(models.Model):
    """Somebody who brings sales: another network, a catalogue app, a buying agent, a blog."""

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80, validators=[plain_name])
    # Stands in links and frames, for all to see; it proves nothing.
    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="partners",
        verbose_name=_("owner"),
    )
    # The outside networks whose people's replies it may hand us.
    networks = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, verbose_name=_("networks")
    )
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")

    def __str__(self) -> str:
        return self.name
