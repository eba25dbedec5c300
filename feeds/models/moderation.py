"""What people report, what the operator's staff decides about it, and what is said against that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feeds.models.posts import Post
from shopping.ids import public_id

# Characters of what people write in a report, a decision, an appeal and its answer.
LONGEST = 1000


class Ground(models.TextChoices):
    """Why something is reported, and on what ground it is decided: the list that people read."""

    SPAM = "spam", _("spam")
    FRAUD = "fraud", _("scam or counterfeit")
    HATE = "hate", _("hate or harassment")
    NUDITY = "nudity", _("nudity or sexual content")
    ILLEGAL_GOODS = "illegal_goods", _("illegal goods")
    PERSONAL_DATA = "personal_data", _("somebody’s personal data")
    SELF_HARM = "self_harm", _("self-harm or danger")
    OTHER = "other", _("something else")


def bounded(field: str, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(LessThanOrEqual(Length(field), LONGEST)),
        name=name,
        violation_error_message=_("This text is too long."),
    )


class Case(models.Model):
    """A post, or a person or shop, that is looked at: all reports of it until it is decided.

    `person` is who is concerned, with a post its author; `post` is None where the profile is
    what was reported. feeds.decisions moves the state and nothing else assigns it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waits")
        ACTIONED = "actioned", _("acted on")
        DISMISSED = "dismissed", _("dismissed")
        REVERSED = "reversed", _("taken back")

    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        State.OPEN: (State.ACTIONED, State.DISMISSED),
        State.ACTIONED: (State.REVERSED,),
        State.DISMISSED: (),
        State.REVERSED: (),
    }

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="cases",
        verbose_name=_("person"),
    )
    post = models.ForeignKey(
        Post,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("post"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    # Counted beside them so that the queue need not count.
    report_count = models.PositiveIntegerField(_("reports"), default=0)
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)
    # Of staff, where nobody had reported it.
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opened by"),
    )
    closed_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.UniqueConstraint(
                fields=["post"],
                condition=Q(state="open", post__isnull=False),
                name="case_one_open_a_post",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state="open", post=None),
                name="case_one_open_a_person",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | ~Q(state="open") & Q(closed_at__isnull=False),
                name="case_closed_iff_decided",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-report_count", "opened_at", "id"],
                condition=Q(state="open"),
                name="case_queue",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.post.body[:60]}" if self.post else str(self.person)


class Report(models.Model):
    """What somebody says is wrong. How it stands is how its case stands.

    `reporter` is told to nobody but the operator's staff; None where their account is gone.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
    )
    ground = models.CharField(max_length=20, choices=Ground)
    words = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "reporter"],
                name="report_once",
                violation_error_message=_("You have reported this already."),
            ),
            bounded("words", "report_words_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.ground}"


class Decision(models.Model):
    """What was done about a case, on what ground, in words that the person is sent; append-only."""

    class Kind(models.TextChoices):
        HIDE = "hide", _("post hidden")
        SUSPEND = "suspend", _("account suspended")
        DISMISS = "dismiss", _("nothing done")
        RESTORE = "restore", _("post shown again")
        LIFT = "lift", _("suspension lifted")

    MEASURES = (Kind.HIDE, Kind.SUSPEND)
    # Six months at least (Regulation (EU) 2022/2065, article 20), whichever months they are.
    APPEALS = timedelta(days=184)

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("case")
    )
    kind = models.CharField(_("decision"), max_length=10, choices=Kind)
    ground = models.CharField(_("ground"), max_length=20, choices=Ground, blank=True)
    words = models.TextField(_("what was seen"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
    )
    created_at = models.DateTimeField(_("decided"), auto_now_add=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(kind__in=["hide", "suspend", "dismiss"]),
                name="decision_closes_once",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(kind__in=["restore", "lift"]),
                name="decision_reversed_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["hide", "suspend"]) | ~Q(ground="") & ~Q(words=""),
                name="decision_says_why",
                violation_error_message=_("Say on what ground, and what was seen."),
            ),
            bounded("words", "decision_words_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.case}"

    @property
    def can_be_appealed(self) -> bool:
        """Whether anything was done to somebody that still stands, and not too long ago."""
        return self.stands and timezone.now() < self.appeals_until

    @property
    def stands(self) -> bool:
        return self.kind in self.MEASURES and self.case.state == Case.State.ACTIONED

    @property
    def appeals_until(self) -> datetime:
        return self.created_at + self.APPEALS


class Appeal(models.Model):
    """What a person says against a decision about them, once, and what is answered.

    feeds.appeals moves the state and nothing else assigns it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waits")
        GRANTED = "granted", _("granted")
        REJECTED = "rejected", _("rejected")

    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        State.OPEN: (State.GRANTED, State.REJECTED),
        State.GRANTED: (),
        State.REJECTED: (),
    }

    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, related_name="appeal", verbose_name=_("decision")
    )
    words = models.TextField(_("what they say"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    created_at = models.DateTimeField(_("received"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None, answered_by=None)
                | ~Q(state="open")
                & Q(answered_at__isnull=False, answered_by__isnull=False)
                & ~Q(answer=""),
                name="appeal_answered_iff_closed",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="appeal_says_something"),
            bounded("words", "appeal_words_bounded"),
            bounded("answer", "appeal_answer_bounded"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="open"), name="appeal_queue"),
        ]

    def __str__(self) -> str:
        return self.words[:60]
