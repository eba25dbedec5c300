"""People and shops' profiles, their addresses and linked profiles, and the mails to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from shopping.ids import public_id
from shopping.names import plain_name

HANDLE = re.compile(r"^[A-Za-z0-9_]{2,30}$")


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, password: str | None = None, *, handle: str, **fields: Any
    ) -> User:
        """A person who signs in with `email`; no password makes sign-in by link only."""
        user = self.model(email=self.normalize_email(email), handle=handle, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, *, handle: str, **fields: Any
    ) -> User:
        """Operator's staff, who sees every merchant."""
        return self.create_user(
            email, password, handle=handle, is_staff=True, is_superuser=True, **fields
        )

    def create_shop(self, *, handle: str, display_name: str, **fields: Any) -> User:
        """The profile that a merchant posts under; nobody signs in as it."""
        shop = self.model(kind=User.Kind.SHOP, handle=handle, display_name=display_name, **fields)
        shop.set_unusable_password()
        shop.save(using=self._db)
        return shop

    def named(self, handle: str) -> models.QuerySet[User]:
        """Whose handle it is, in any case; by the index of user_handle_unique."""
        return self.alias(lower_handle=Lower("handle")).filter(lower_handle=handle.lower())

    def get_by_natural_key(self, username: str | None) -> User:
        """Whose e-mail address it is, in any case; by the index of user_email_unique."""
        lower = Lower(Value(username or ""))
        return self.alias(lower_email=Lower("email")).get(lower_email=lower)


class User(AbstractBaseUser, PermissionsMixin):
    """Whoever has a handle: a person who signs in, or a shop that its members post for."""

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        SHOP = "shop", _("shop")

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PERSON)
    # Null and not "": a shop has no address, and two of them must not clash.
    email = models.EmailField(_("e-mail address"), null=True, blank=True)  # noqa: DJ001
    handle = models.CharField(
        _("handle"),
        max_length=30,
        validators=[RegexValidator(HANDLE, _("Two to thirty letters, digits or underscores."))],
    )
    display_name = models.CharField(_("name"), max_length=80, validators=[plain_name])
    bio = models.CharField(_("about"), max_length=300, blank=True)
    avatar = models.FileField(upload_to="avatars/", blank=True)
    locale = models.CharField(max_length=10, default="en")
    is_staff = models.BooleanField(_("operator's staff"), default=False)
    is_active = models.BooleanField(default=True)
    # Counts the changes of whom they never meet; what is kept of pages for them goes by it.
    circle = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # When they said that they are 18 or older; we know no more of anybody's age.
    adult_since = models.DateTimeField(null=True, blank=True, editable=False)
    # Counts how often all their sessions were ended; none from before is good again.
    sign_outs = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["handle", "display_name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("This e-mail address is already registered."),
            ),
            models.UniqueConstraint(
                Lower("handle"),
                name="user_handle_unique",
                violation_error_message=_("This handle is taken."),
            ),
            models.CheckConstraint(
                condition=Q(kind="shop", email=None) | Q(kind="person", email__isnull=False),
                name="user_email_iff_person",
                violation_error_message=_("A person has an e-mail address, a shop has none."),
            ),
        ]
        indexes = [
            # Few, and looked for by every page that shows people.
            models.Index(fields=["id"], condition=Q(is_active=False), name="user_suspended"),
            # Whole words and beginnings of names; then what is only like a name.
            GinIndex(
                Func(F("id"), F("display_name"), F("handle"), function="etal_person_words"),
                fastupdate=False,
                name="user_words",
            ),
            GinIndex(
                OpClass(
                    Func(F("handle"), F("display_name"), function="etal_person_name"),
                    name="gin_trgm_ops",
                ),
                fastupdate=False,
                name="user_names",
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"

    @property
    def itself(self) -> User:
        """This very row, also of a request's user, behind whose wrapping each look costs more."""
        return self

    @property
    def is_shop(self) -> bool:
        return self.kind == self.Kind.SHOP

    def clean(self) -> None:
        """Raises ValidationError for the handle of somebody who left not long ago."""
        super().clean()
        if RetiredHandle.holds(self.handle):
            raise ValidationError({"handle": _("This handle is taken.")})

    def get_session_auth_hash(self) -> str:
        """What a session has to hold to be theirs: it goes with the password, and with `sign_outs`."""
        return self._since_signed_out(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        return map(self._since_signed_out, super().get_session_auth_fallback_hash())

    def _since_signed_out(self, digest: str) -> str:
        return f"{digest}:{self.sign_outs}" if self.sign_outs else digest

    def get_full_name(self) -> str:
        """Under this name Django's own parts look for a person's."""
        return self.display_name

    @property
    def first_name(self) -> str:
        """What to call them in "Thank you, Maï."."""
        return self.display_name.split(" ")[0]


class RetiredHandle(models.Model):
    """A handle of somebody who left, which nobody else may take until then; a digest, not the handle."""

    digest = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"until {self.until:%Y-%m-%d}"

    @staticmethod
    def digest_of(handle: str) -> str:
        return salted_hmac(
            "accounts.retired_handle", handle.lower(), algorithm="sha256"
        ).hexdigest()

    @classmethod
    def holds(cls, handle: str) -> bool:
        """Whether `handle`, in any case, is to be left alone for now."""
        there = cls.objects.filter(digest=cls.digest_of(handle), until__gt=timezone.now())
        return there.exists()


class PostalAddress(models.Model):
    """Where a parcel goes; the fields that saved addresses and orders share."""

    name = models.CharField(_("full name"), max_length=120)
    line1 = models.CharField(_("address"), max_length=200)
    line2 = models.CharField(_("address, continued"), max_length=200, blank=True)
    postal_code = models.CharField(_("postcode"), max_length=20, blank=True)
    # Empty in the few countries whose addresses have none; accounts.postal knows where it is needed.
    city = models.CharField(_("city"), max_length=100, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2)
    phone = models.CharField(_("phone"), max_length=30, blank=True)

    class Meta:
        abstract = True


class Address(PostalAddress):
    """A person's saved address."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="addresses")
    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_default=True), name="address_one_default"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.line1}, {self.postal_code} {self.city}, {self.country}"


class LinkedAccount(models.Model):
    """A profile on another network that belongs to one of ours; its owner proved it there.

    `external_id` is what the network never gives to anybody else, `handle` what people call it,
    as it was when it was linked last.
    """

    public_id = models.UUIDField(
        default=public_id,
        db_default=models.Func(function="gen_random_uuid"),
        unique=True,
        editable=False,
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="linked_accounts")
    network = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    handle = models.CharField(max_length=200, blank=True, db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["network", "external_id"],
                name="linked_account_unique",
                violation_error_message=_("This profile is already linked."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.network}:{self.external_id}"

    @property
    def shown(self) -> str:
        """What people read of it: its handle, or its network's name."""
        return self.handle or self.network


class OutgoingMail(models.Model):
    """A mail that must go out, written with what it tells of; a worker sends it."""

    kind = models.CharField(max_length=40)
    reference = models.CharField(max_length=64)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    unsubscribe = models.CharField(max_length=300, blank=True, db_default="")
    # Where it speaks for a shop: its name beside our address, and where an answer goes.
    sender = models.CharField(max_length=200, blank=True, db_default="")
    reply_to = models.CharField(max_length=254, blank=True, db_default="")
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference", "to"], name="mail_once")
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="mail_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference} → {self.to}"
