"""Times in forms, read and written as the clocks of a shop show them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant


class ShopTimes(forms.ModelForm):  # type: ignore[type-arg]
    """A form of a shop's row whose `times` are by the shop's clocks."""

    times: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self._zone()
        for name in self.times:
            if name not in self.fields:
                continue
            self.fields[name].help_text = (
                _("By the clocks of the shop: %(zone)s.") % {"zone": zone.key}
                if zone
                else _("By the clocks of the product’s shop.")
            )
            moment = getattr(self.instance, name)
            if moment and zone:
                self.initial[name] = moment.astimezone(zone).replace(tzinfo=None)

    def _clean_fields(self) -> None:
        """By clocks that leave no time out, whatever the page's are; `_put` says what is meant."""
        with timezone.override(UTC):
            super()._clean_fields()  # type: ignore[misc]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        zone = self._zone()
        for name in self.times:
            moment = self.cleaned_data.get(name)
            if moment and zone:
                self._put(name, moment, zone)
        return cleaned

    def shop(self) -> Merchant | None:
        """Whose clocks are meant, as far as it is known."""
        raise NotImplementedError

    def _put(self, name: str, moment: datetime, zone: ZoneInfo) -> None:
        """The form's field reads UTC; what it shows is meant of the shop's clocks."""
        shown = moment.astimezone(UTC).replace(tzinfo=None)
        meant = shown.replace(tzinfo=zone)
        if meant.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != shown:
            self.add_error(name, _("The clocks are put forward then: this time does not come."))
        self.cleaned_data[name] = meant

    def _zone(self) -> ZoneInfo | None:
        shop = self.shop()
        return ZoneInfo(shop.time_zone) if shop else None


def shown(moment: datetime, merchant: Merchant) -> str:
    """`moment` by the clocks of `merchant`, with their zone."""
    there = moment.astimezone(ZoneInfo(merchant.time_zone))
    return f"{date_format(there, 'SHORT_DATETIME_FORMAT')} {merchant.time_zone}"
