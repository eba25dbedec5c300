"""What the admin shows of a return, in its list and on its page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from fulfilment.models import Return
from fulfilment.return_receiving import name_of
from shopping.templatetags.money import money


class ReturnColumns:
    @display(description=_("order"))
    def reference(self, row: Return) -> str:
        return row.fulfilment_order.order.reference

    @display(description=_("order"))
    def order(self, row: Return) -> str:
        page = reverse("admin:fulfilment_fulfilmentorder_change", args=[row.fulfilment_order_id])
        html = '<a class="text-link" href="{}">{}</a>'
        return format_html(html, page, self.reference(row))

    @display(description=_("contents"))
    def what(self, row: Return) -> str:
        lines = [
            (each.quantity, name_of(each), each.get_reason_display()) for each in row.lines.all()
        ]
        return format_html_join(SafeString("<br>"), "{} × {}: {}", lines)

    @display(description=_("reason"))
    def why(self, row: Return) -> str:
        said = dict.fromkeys(str(each.get_reason_display()) for each in row.lines.all())
        return ", ".join(said)

    @display(description=_("photos"))
    def pictures(self, row: Return) -> str:
        name = "admin:fulfilment_return_photo"
        found = [reverse(name, args=[row.pk, each.public_id]) for each in row.photos.all()]
        html = '<a href="{0}"><img src="{0}" alt="{1}" width="160"></a>'
        said = ((url, _("Photo %(number)d") % {"number": n}) for n, url in enumerate(found, 1))
        return format_html_join(" ", html, said) or "–"

    @display(description=_("what came"))
    def came(self, row: Return) -> str:
        lines = [
            (each.received, name_of(each), each.get_condition_display() or "–")
            for each in row.lines.all()
            if each.received is not None
        ]
        return format_html_join(SafeString("<br>"), "{} × {}: {}", lines)

    @display(description=_("goes to"))
    def destination(self, row: Return) -> str:
        lines = ((line,) for line in row.send_to.splitlines())
        return format_html_join(SafeString("<br>"), "{}", lines)

    @display(description=_("given back"))
    def given_back(self, row: Return) -> str:
        if row.refund is None:
            return "–"
        amount = money(row.refund.amount, row.fulfilment_order.order.currency)
        return f"{amount}, {row.refund.get_status_display()}"

    @display(
        description=_("status"),
        label={
            "requested": "warning",
            "approved": "info",
            "received": "warning",
            "refunded": "success",
            "refused": "danger",
        },
        ordering="status",
    )
    def state(self, row: Return) -> tuple[str, str]:
        return row.status, str(row.get_status_display())


def known(row: Return) -> list[str]:
    """What there is to show of it, at the step that it is at."""
    held = {
        "words": row.words,
        "pictures": row.photos.all(),
        "answer": row.answer,
        "destination": row.send_to,
        "send_by": row.send_by,
        "came": any(each.received is not None for each in row.lines.all()),
        "given_back": row.refund,
    }
    return [name for name, value in held.items() if value]
