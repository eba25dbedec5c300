"""Saved addresses: kept for the next purchase, chosen as the first to show, forgotten."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Address, PostalAddress, User
from accounts.postal import accepts_postcode, missing
from accounts.postcodes import advice_for

FIELDS = tuple(field.name for field in PostalAddress._meta.fields)
# A person's saved addresses are all shown at once; the oldest gives way.
MOST = 20


def save(user: User, *, default: bool = False, **fields: str) -> Address:
    """Keep an address of `user`; the same one twice is one row. A person's first is the default.

    `fields` are those of PostalAddress (name, line1, line2, postal_code, city, region, country,
    phone). Locks the person, so that two saves at once agree on the default. Raises
    django.core.exceptions.ValidationError for a missing or overlong field; nothing is kept then.
    """
    fresh = Address(user=user, **{name: value.strip() for name, value in fields.items()})
    fresh.full_clean(exclude=["user"], validate_constraints=False)
    _check_country(fresh)
    with transaction.atomic():
        _lock(user)
        kept = {name: getattr(fresh, name) for name in FIELDS}
        address = Address.objects.filter(user=user, **kept).first()
        if address is None:
            address = fresh
            address.save()
            _drop_oldest(user)
        if default or not Address.objects.filter(user=user, is_default=True).exists():
            _set_default(user, address)
    return address


def change(address: Address, *, default: bool = False, **fields: str) -> Address:
    """Give a saved address other `fields` (all of PostalAddress's); orders keep their own copy.

    What becomes the same as another address of its owner is one row with it. Locks the person.
    Raises django.core.exceptions.ValidationError for a missing or overlong field; nothing changes.
    """
    for name, value in fields.items():
        setattr(address, name, value.strip())
    address.full_clean(exclude=["user"], validate_constraints=False)
    _check_country(address)
    kept = {name: getattr(address, name) for name in FIELDS}
    with transaction.atomic():
        _lock(address.user)
        others = Address.objects.filter(user=address.user, **kept).exclude(pk=address.pk)
        others_first = others.filter(is_default=True).exists()
        others.delete()
        Address.objects.filter(pk=address.pk).update(**kept)
        if default or others_first:
            _set_default(address.user, address)
    return address


def make_default(address: Address) -> Address:
    """Show this address of its owner's first from now on. Locks the person."""
    with transaction.atomic():
        _lock(address.user)
        _set_default(address.user, address)
    return address


def forget(address: Address) -> None:
    """Delete a saved address; orders keep their own copy. The newest left becomes the default.

    Locks the person.
    """
    with transaction.atomic():
        _lock(address.user)
        address.delete()
        left = Address.objects.filter(user=address.user)
        newest = left.order_by("-id").first()
        if newest is not None and not left.filter(is_default=True).exists():
            _set_default(address.user, newest)


def _check_country(address: Address) -> None:
    """Raises ValidationError for what that country's parcels cannot do without."""
    wrong = {name: _("This is needed for a parcel to this country") for name in missing(address)}
    if not accepts_postcode(address.postal_code, country=address.country) and address.postal_code:
        wrong["postal_code"] = str(advice_for(address.postal_code, country=address.country))
    if wrong:
        raise ValidationError(wrong)


def _lock(user: User) -> None:
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)


def _set_default(user: User, address: Address) -> None:
    # Off before on: at no moment are there two.
    Address.objects.filter(user=user, is_default=True).exclude(pk=address.pk).update(
        is_default=False
    )
    Address.objects.filter(pk=address.pk).update(is_default=True)
    address.is_default = True


def _drop_oldest(user: User) -> None:
    newest = Address.objects.filter(user=user).order_by("-id").values("pk")[:MOST]
    Address.objects.filter(user=user, is_default=False).exclude(pk__in=newest).delete()
