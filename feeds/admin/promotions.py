"""Promotions: a shop's members promote its posts, staff sees those of all shops."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from catalogue.admin.forms import amount_field
from catalogue.roles import Capability
from feeds import promotions, topics
from feeds.forms import POST_ID
from feeds.models import Post, Promotion
from feeds.vocabulary import TOPICS
from shopping.admin_site import site
from shopping.own_rows import Access, MerchantFilter, OwnRowsAdmin, access
from shopping.templatetags.money import money


class PromotionForm(forms.ModelForm):  # type: ignore[type-arg]
    """The budget in major units of the shop's currency; the shop follows from the post."""

    # Set for each request: whose posts the person may promote.
    held: ClassVar[Access]

    address = forms.CharField(
        label=_("Address of the post"),
        max_length=300,
        help_text=_("A post of the shop that carries a product."),
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        choices=[(topic.slug, topic.name) for topic in TOPICS],
        widget=forms.CheckboxSelectMultiple,
    )
    budget = amount_field(
        _("Budget"),
        help_text=_(
            "Each showing takes its price from it; it is never exceeded. What is spent is not taken "
            "from payouts: the operator bills it by these figures."
        ),
    )

    class Meta:
        model = Promotion
        fields = ["address", "topics", "budget", "starts_at", "ends_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # Its post stays; what is spent was spent for it.
            del self.fields["address"]
            self.fields["budget"].currency = self.instance.currency  # type: ignore[attr-defined]

    def clean_address(self) -> str:
        """Finds the post, and with it the shop and the currency that the budget is in."""
        address: str = self.cleaned_data["address"]
        named = POST_ID.search(address)
        found = Post.objects.visible().filter(author__merchant__isnull=False)
        post = found.filter(public_id=named[0]).first() if named else None
        merchant = post.author.merchant if post else None
        if merchant is None or not self.held.may(Capability.POST, merchant.pk):
            raise ValidationError(_("A shop promotes its own posts."))
        self.instance.post, self.instance.merchant = post, merchant
        self.instance.currency = merchant.currency
        self.fields["budget"].currency = merchant.currency  # type: ignore[attr-defined]
        return address

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        budget = self.cleaned_data.get("budget")
        if budget is not None and budget < (self.instance.spent or 0):
            self.add_error("budget", _("More than this has been spent."))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # What the budget has to pay for and what it has paid for are no fields here.
        return super()._get_validation_exclusions() - {"price", "spent"}  # type: ignore[misc,no-any-return]


@admin.register(Promotion, site=site)
class PromotionAdmin(OwnRowsAdmin):
    """A promotion is stopped and never deleted: what was spent stands in it."""

    merchant_path = "merchant"
    changing = Capability.POST
    adds = True
    refusals = (promotions.PromotionRefused, ValidationError)
    form = PromotionForm
    list_display = ["post_text", "merchant", "on", "starts_at", "ends_at", "money_spent", "state"]
    list_filter = [MerchantFilter]
    search_fields = ["post__body"]
    list_select_related = ["merchant", "post"]
    ordering = ["-id"]
    actions = ["stop"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return list(PromotionForm.Meta.fields)
        if not self.has_change_permission(request, obj):
            return ["merchant", "post_text", "on", "money_spent", "starts_at", "ends_at", "state"]
        fields = ["topics", "budget", "starts_at", "ends_at"]
        return ["merchant", "post_text", *fields, "showing_price", "money_spent", "state"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        shown = ["merchant", "post_text", "on", "showing_price", "money_spent", "state"]
        return shown if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.held = access(request)
        return form

    def get_queryset(self, request: HttpRequest) -> QuerySet[Promotion]:
        return super().get_queryset(request).select_related("merchant", "post")

    def save_model(self, request: HttpRequest, obj: Promotion, form: Any, change: bool) -> None:  # noqa: FBT001
        promotions.save(obj)

    @admin.action(description=_("Stop"), permissions=["change"])
    def stop(self, request: HttpRequest, queryset: QuerySet[Promotion]) -> None:
        done = len(self.run(request, queryset, promotions.stop))
        said = ngettext("%(count)d promotion stopped.", "%(count)d promotions stopped.", done)
        messages.success(request, said % {"count": done})

    @display(description=_("post"))
    def post_text(self, promotion: Promotion) -> str:
        return promotion.post.body[:80]

    @display(description=_("topics"))
    def on(self, promotion: Promotion) -> str:
        return ", ".join(str(topics.name_of(topic)) for topic in promotion.topics)

    @display(description=_("price of one showing"))
    def showing_price(self, promotion: Promotion) -> str:
        return money(promotion.price, promotion.currency)

    @display(description=_("spent"))
    def money_spent(self, promotion: Promotion) -> str:
        spent, budget = (
            money(amount, promotion.currency) for amount in (promotion.spent, promotion.budget)
        )
        return f"{spent} / {budget}"

    @display(description=_("state"))
    def state(self, promotion: Promotion) -> str:
        return promotions.state_of(promotion)
