"""What all shapes of the API share: they take no field that they do not know, and money is one thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

# No shape has as many names as that: what has more is not looked into.
MOST_NAMES = 200
# Unknown ones that an answer names, and how much of each.
MOST_UNKNOWN, LONGEST_NAME = 20, 200
# Elements of a list that has no bound of its own.
MOST_ELEMENTS = 1000
# What DRF would take for another kind of value: "3" for 3, 3 for "3", "yes" for true.
KINDS: dict[type[serializers.Field[Any, Any, Any, Any]], tuple[type, ...]] = {
    serializers.BooleanField: (bool,),
    serializers.IntegerField: (int,),
    serializers.FloatField: (int, float),
    serializers.CharField: (str,),
    serializers.DateTimeField: (str,),
    serializers.UUIDField: (str,),
}


class Shape(serializers.Serializer[Any]):
    """What goes in or comes out. A name that it does not know is an error, and so is a value of another
    kind: a typo would change nothing, and nobody would see it."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            self._check_size(data)
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(set(data) - writable)
            if unknown:
                named = [name[:LONGEST_NAME] for name in unknown[:MOST_UNKNOWN]]
                raise serializers.ValidationError(
                    {name: [_("There is no such field.")] for name in named}, code="unknown_field"
                )
            wrong = {
                name: [_("This is of another kind: see the document.")]
                for name, field in self.fields.items()
                if name in data and not _is_kind(field, data[name])
            }
            if wrong:
                raise serializers.ValidationError(wrong, code="wrong_type")
        return super().to_internal_value(data)

    def _check_size(self, data: Mapping[str, Any]) -> None:
        """Refuse what is too much before any of it is looked at: each wrong value costs a kilobyte."""
        if len(data) > MOST_NAMES:
            said = _("This has more than %(most)d fields.") % {"most": MOST_NAMES}
            raise serializers.ValidationError({"non_field_errors": [said]}, code="too_many_fields")
        for name, value in data.items():
            field = self.fields.get(name)
            if not isinstance(field, serializers.ListField | serializers.ListSerializer):
                continue
            most: int = getattr(field, "max_length", None) or MOST_ELEMENTS
            if isinstance(value, list) and len(value) > most:
                said = field.error_messages["max_length"].format(max_length=most)
                raise serializers.ValidationError({name: [said]}, code="max_length")


def _is_kind(field: Any, value: Any) -> bool:
    """Whether `value`, which JSON gave, may be one of a `field`'s; null is the field's own to judge."""
    if isinstance(field, serializers.ListField) and isinstance(value, list):
        return all(_is_kind(field.child, each) for each in value)
    for kind, types in KINDS.items():
        if isinstance(field, kind) and value is not None:
            return isinstance(value, types) and (kind is serializers.BooleanField) == (
                isinstance(value, bool)
            )
    return True


class Money(Shape):
    """An amount in the currency's minor unit: {"amount": 1250, "currency": "EUR"} is 12.50 €."""

    amount = serializers.IntegerField(help_text="In the currency's minor unit.")
    currency = serializers.CharField(
        min_length=3, max_length=3, help_text="ISO 4217, in capital letters."
    )


class Problem(Shape):
    """RFC 9457, application/problem+json."""

    type = serializers.URLField(help_text="Leads to what the code means.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What went wrong, for a person.")
    code = serializers.CharField(help_text="What went wrong, for a program.")
    request_id = serializers.UUIDField(help_text="Names this call in the log of requests.")
    errors = serializers.ListField(  # type: ignore[assignment]  # DRF keeps fields apart
        child=serializers.DictField(),
        required=False,
        help_text="Each with `detail`, `code`, and a `pointer` (RFC 6901) into the body, or the name of"
        " a `parameter` or a `header`.",
    )


def money(amount: int, currency: str) -> dict[str, Any]:
    """`amount` in minor units as the API shows it."""
    return {"amount": amount, "currency": currency}
