"""Receipt, invoice and credit note as PDF, in the order's language; made anew at each request.

From rows that never change, outside any transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from babel.dates import format_date
from django.utils import translation
from django.utils.translation import gettext as _

from checkout import brands
from checkout.models import Order, OrderDelivery, OrderLine, Payment
from fulfilment.models import Invoice
from shopping.money import Money
from shopping.paper import Paper, Row
from shopping.templatetags.money import country, money

Figures = Mapping[str, Any]


def receipt(
    order: Order,
    lines: Sequence[OrderLine],
    deliveries: Sequence[OrderDelivery],
    *,
    payment: Payment,
) -> bytes:
    """What was paid for an order as a whole; `lines` and `deliveries` come with their merchants."""
    with translation.override(order.locale):
        title = _("Receipt, order %(reference)s") % {"reference": order.reference}
        paper = Paper(title=title, language=order.locale)
        paper.label(_("Paid"))
        card = brands.ending(payment.card_brand, payment.card_last4)
        paper.block([_day(order.paid_at or order.placed_at, order.locale), card])
        paper.label(_("For"))
        paper.block(_address(vars(order)))
        rows = [
            *(_bought(line, order.currency) for line in lines),
            *(_sent(delivery, order.currency) for delivery in deliveries),
        ]
        paper.columns(Row(_("What"), [_("Pieces"), _("Amount")]), rows)
        paper.sums(_receipt_sums(order))
        return bytes(paper.output())


def invoice(row: Invoice) -> bytes:
    """An invoice or credit note, exactly as it was issued."""
    with translation.override(row.locale):
        paper = Paper(title=_title(row), language=row.locale)
        paper.label(_("Issued"))
        paper.block([_day(row.issued_at, row.locale)])
        paper.label(_("Sold by"))
        paper.block(_seller(row.seller))
        paper.label(_("For"))
        paper.block(_address(row.buyer))
        heading = Row(_("What"), [_("Pieces"), _("Each"), _("VAT"), _("Amount")])
        paper.columns(heading, [_line(line, row) for line in row.lines])
        paper.sums(_invoice_sums(row))
        paper.block(_foot(row))
        return bytes(paper.output())


def _title(row: Invoice) -> str:
    if row.kind == Invoice.Kind.CREDIT_NOTE:
        return _("Credit note %(number)s") % {"number": row.number}
    return _("Invoice %(number)s") % {"number": row.number}


def _foot(row: Invoice) -> list[str]:
    words = {"reference": row.reference, "day": _day(row.paid_at, row.locale)}
    said = [_("Order %(reference)s, paid on %(day)s.") % words]
    if row.corrects:
        number = {"number": row.corrects.number}
        whole = row.total == row.corrects.total
        said.append(
            _("It takes back the whole of invoice %(number)s.") % number
            if whole
            else _("It takes back a part of invoice %(number)s.") % number
        )
    return said


def _line(line: Figures, row: Invoice) -> Row:
    figures = [
        str(line["quantity"]),
        money(line["unit_price"], row.currency),
        _rate(line["tax_bps"], row.locale),
        money(_signed(line["total"], row), row.currency),
    ]
    title = line["title"]
    if line["discount"]:
        less = {"title": title, "amount": money(line["discount"], row.currency)}
        title = _("%(title)s, less a discount of %(amount)s") % less
    return Row(title, figures)


def _invoice_sums(row: Invoice) -> list[Row]:
    """Each rate's base and tax, and what it comes to."""
    sums = []
    for bps, (net, tax) in sorted(_taxes(row.lines).items()):
        words = {"rate": _rate(bps, row.locale), "net": money(_signed(net, row), row.currency)}
        amount = money(_signed(tax, row), row.currency)
        sums.append(Row(_("VAT %(rate)s on %(net)s") % words, [amount]))
    total = money(_signed(row.total, row), row.currency)
    return [*sums, Row(_("Total"), [total], strong=True)]


def _taxes(lines: Iterable[Figures]) -> dict[int, tuple[int, int]]:
    """Rate in basis points → what it is raised on without tax, and the tax; minor units."""
    found: dict[int, tuple[int, int]] = {}
    for line in lines:
        net, tax = found.get(line["tax_bps"], (0, 0))
        inside = line["tax"] if line["tax_is_included"] else 0
        found[line["tax_bps"]] = (net + line["total"] - inside, tax + line["tax"])
    return found


def _signed(amount: int, row: Invoice) -> int:
    return -amount if row.kind == Invoice.Kind.CREDIT_NOTE else amount


def _receipt_sums(order: Order) -> list[Row]:
    sums = [
        (_("Discount"), -order.discount_total),
        (_("Sales tax"), order.tax_added),
        (_("VAT included"), order.tax_included),
    ]
    rows = [Row(name, [money(amount, order.currency)]) for name, amount in sums if amount]
    total = money(Money(order.total, order.currency))
    return [*rows, Row(_("Total"), [total], strong=True)]


def _bought(line: OrderLine, currency: str) -> Row:
    words = [line.title, line.options_text, line.merchant.name]
    figures = [str(line.quantity), money(line.total, currency)]
    return Row(", ".join(word for word in words if word), figures)


def _sent(delivery: OrderDelivery, currency: str) -> Row:
    words = f"{delivery.name}, {delivery.merchant.name}"
    return Row(words, ["", money(delivery.amount, currency)])


def _seller(seller: Mapping[str, str]) -> list[str]:
    vat = seller["vat_number"]
    return [
        seller["name"],
        *seller["address"].splitlines(),
        country(seller["country"]),
        _("VAT number %(number)s") % {"number": vat} if vat else "",
        seller["email"],
    ]


def _address(fields: Mapping[str, Any]) -> list[str]:
    town = f"{fields['postal_code']} {fields['city']}".strip()
    return [
        fields["name"],
        fields["line1"],
        fields["line2"],
        f"{town}, {fields['region']}" if fields["region"] else town,
        country(fields["country"]),
        fields["email"],
    ]


def _rate(basis_points: int, locale: str) -> str:
    """20 %, 5.5 %"""
    figure = f"{basis_points / 100:g}"
    return f"{figure.replace('.', ',')}\u00a0%" if locale == "fr" else f"{figure}%"


def _day(moment: datetime, locale: str) -> str:
    return format_date(moment.date(), "long", locale=locale)
