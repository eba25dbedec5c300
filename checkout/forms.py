"""What a shopper types: where the receipt and the parcel go. Never a card."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.address_forms import ADDRESS_FIELDS, PostalForm, Typed
from checkout.buyers import AddressData

__all__ = ["ADDRESS_FIELDS", "AddressForm", "ContactForm"]
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


class AddressForm(PostalForm):
    """Where the parcel goes; `served` are the countries that the shop delivers to."""

    @property
    def address(self) -> AddressData:
        """What was typed, once it is valid."""
        return AddressData(**self.values)
