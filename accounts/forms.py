from __future__ import annotations

from django import forms

from accounts.models import User


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What others read on a member's profile."""

    class Meta:
        model = User
        fields = ["display_name", "bio"]
        widgets = {"display_name": forms.TextInput({"autocomplete": "name"})}
