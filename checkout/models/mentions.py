from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import LinkedAccount, User
from feeds.models import CartAnswer, CartReply
from partners.models import Partner
from shopping.ids import public_id

# What a mention comes to beside what a reply here may.
UNLINKED, NOT_ASKED = "unlinked", "not_asked"
STATES = [
    *CartReply.State.choices,
    (UNLINKED, _("the author has linked no account")),
    (NOT_ASKED, _("asked for nothing")),
]


class MentionQuerySet(models.QuerySet["Mention"]):
    def of(self, user: User) -> MentionQuerySet:
        """Those that `user` may read and answer: their own, and what a profile that is linked by now
        asked for before it was."""
        theirs = LinkedAccount.objects.filter(
            user=user, network=OuterRef("network"), external_id=OuterRef("author")
        )
        return self.filter(Q(user=user) | Q(Exists(theirs), user=None, state=UNLINKED))


class Mention(CartAnswer):
    """A reply on an outside network that a partner handed us, and what we answered, once.

    `author` is who wrote it, as the network has them; `user` is whose cart was meant: None where they
    had linked no account. `links` are the addresses of ours in it, `reply_links` those in what it
    replies to. `answer` is the text to post back, "" for none, as it was given: a repeat gets it again.
    """

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    network = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    author = models.CharField(max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    asked = models.TextField()
    links = ArrayField(models.CharField(max_length=500), default=list)
    reply_links = ArrayField(models.CharField(max_length=500), default=list)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=15, choices=STATES, default=NOT_ASKED)
    answer = models.TextField(blank=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "external_id"], name="mention_once"),
            models.CheckConstraint(
                condition=~Q(state="added")
                | Q(quantity__gte=1, line__isnull=False, user__isnull=False),
                name="mention_added_pieces",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="mention_newest"),
            models.Index(fields=["network", "author", "-created_at"], name="mention_of_author"),
            models.Index(fields=["created_at"], condition=Q(user=None), name="mention_of_nobody"),
        ]

    def __str__(self) -> str:
        return f"{self.network}:{self.external_id}: {self.state}"
