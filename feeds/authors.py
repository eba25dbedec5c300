"""As whom people write: as themselves, and as the shops that they post for."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import User
from catalogue.models import Membership
from catalogue.roles import Capability, memberships


def shops_of(user: User) -> QuerySet[User]:
    """The profiles of the shops that `user` posts for; of none that is suspended."""
    held = memberships(user, capability=Capability.POST)
    return User.objects.filter(merchant__in=held.values("merchant"), is_active=True)


def of(user: User) -> QuerySet[User]:
    """As whom `user` may write, in key order."""
    shops = shops_of(user).values("pk")
    return User.objects.filter(Q(pk=user.pk) | Q(pk__in=shops)).order_by("pk")


def may_speak_for(actor: User, author: User) -> bool:
    """Whether `actor` may publish, edit and delete as `author`."""
    return actor.pk == author.pk or shops_of(actor).filter(pk=author.pk).exists()


def has_part_in(user: User, author: User) -> bool:
    """Whether what happens to `author` is the business of `user`: theirs, or of a shop that they work
    for, whatever they do there and also while it is suspended."""
    works = Membership.objects.filter(user=user, merchant__account=author)
    return user.pk == author.pk or works.exists()
