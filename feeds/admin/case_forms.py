"""What staff types about a case and about an appeal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import HANDLE, User
from feeds import statements
from feeds.forms import POST_ID
from feeds.models import Appeal, Case, Decision, Ground, Post
from feeds.models.moderation import LONGEST
from feeds.statements import StatementRefused


def button(kind: str) -> str:
    """The name of the button that decides a case so."""
    return f"feeds_case_{kind}"


class StatementField(forms.CharField):
    """Words that somebody is sent: see feeds.statements."""

    def __init__(self, **kwargs: Any) -> None:
        widget = UnfoldAdminTextareaWidget({"rows": 4})
        super().__init__(max_length=LONGEST, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        try:
            return statements.checked(super().to_python(value) or "")
        except StatementRefused as refusal:
            raise ValidationError(refusal.message) from None


class CaseForm(forms.ModelForm):  # type: ignore[type-arg]
    """The ground of a decision and the words that the person is sent."""

    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=[("", "–"), *Ground.choices],
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    words = StatementField(
        label=_("Words to the person"),
        required=False,
        help_text=_(
            "Say what was seen. The person is sent this, word for word; name nobody who reported."
            " Of what is dismissed it is a note for staff."
        ),
    )

    class Meta:
        model = Case
        fields: list[str] = []

    def clean(self) -> dict[str, Any] | None:
        """A measure needs both. Which button was pressed is in the posted data."""
        cleaned = super().clean()
        if any(button(kind) in self.data for kind in Decision.MEASURES):
            for name in ("ground", "words"):
                if not self.cleaned_data.get(name):
                    self.add_error(name, _("The person is told: say why."))
        return cleaned


class OpenCaseForm(forms.ModelForm):  # type: ignore[type-arg]
    """A case that nobody reported."""

    about = forms.CharField(
        label=_("What to look into"),
        max_length=300,
        help_text=_("The address of a post, or a handle."),
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
    )

    class Meta:
        model = Case
        fields: list[str] = []

    def clean_about(self) -> str:
        """Finds the post, or the profile."""
        about: str = self.cleaned_data["about"].strip()
        post, person = _named(about)
        if person is None:
            raise ValidationError(_("There is no such post or profile."))
        self.instance.person, self.instance.post = person, post
        return about


def _named(about: str) -> tuple[Post | None, User | None]:
    """The post of an address with its author (of a repost, the original's), or whose handle it is."""
    named = POST_ID.search(about)
    if named:
        rows = Post.objects.select_related("author", "repost_of__author")
        found = rows.filter(public_id=named[0]).first()
        post = found.original if found else None
        return post, post.author if post else None
    handle = about.rstrip("/").rpartition("/")[2].removeprefix("@")
    return None, User.objects.filter(handle__iexact=handle).first() if HANDLE.match(
        handle
    ) else None


class AppealForm(forms.ModelForm):  # type: ignore[type-arg]
    reply = StatementField(
        label=_("Answer"), help_text=_("The person is sent this, word for word.")
    )

    class Meta:
        model = Appeal
        fields: list[str] = []
