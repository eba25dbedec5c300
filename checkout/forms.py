"""What a shopper types: where the receipt and the parcel go. Never a card."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.address_forms import ADDRESS_FIELDS, PostalForm, Typed
from checkout.buyers import AddressData
from checkout.models import OrderNote

__all__ = ["ADDRESS_FIELDS", "AddressForm", "ContactForm", "NoteForm"]
IDS = "buy_%s"


class ContactForm(forms.Form):
    """Where the receipt goes; a person who is signed in has said so already."""

    email = forms.EmailField(label=gettext_lazy("Email"), max_length=254)

    def __init__(self, data: Typed | None, *, initial: Typed) -> None:
        super().__init__(data, initial=dict(initial), auto_id=IDS, use_required_attribute=False)
        field = self.fields["email"]
        field.help_text = _("For the receipt and delivery news. No account needed.")
        field.error_messages["required"] = _("The receipt needs an e-mail address")
        field.error_messages["invalid"] = _("An e-mail address, for example mai@lefort.example")
        field.widget.attrs |= {"class": "in", "autocomplete": "email", "inputmode": "email"}


class NoteForm(forms.Form):
    """What the shops should know; nobody has to write anything."""

    note = forms.CharField(
        label=gettext_lazy("Note to the shop"),
        max_length=OrderNote.LONGEST,
        required=False,
        widget=forms.Textarea({"class": "in", "rows": 3, "data-note": ""}),
    )

    def __init__(self, data: Typed | None, *, initial: Typed) -> None:
        # A browser counts the end of a line as one character and sends two.
        single = {"note": (data or initial).get("note", "").replace("\r\n", "\n")}
        super().__init__(
            single if data is not None else None,
            initial=single,
            auto_id=IDS,
            use_required_attribute=False,
        )
        field = self.fields["note"]
        field.help_text = _("Where to leave the parcel, say. Every shop of this order reads it.")

    def clean_note(self) -> str:
        """Plain text: no characters that are not seen, but for the ends of lines."""
        lines = self.cleaned_data["note"].split("\n")
        return "\n".join("".join(filter(str.isprintable, line)) for line in lines).strip()


class AddressForm(PostalForm):
    """Where the parcel goes; `served` are the countries that the shop delivers to."""

    @property
    def address(self) -> AddressData:
        """What was typed, once it is valid."""
        return AddressData(**self.values)
