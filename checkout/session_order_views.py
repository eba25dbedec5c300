"""What a checkout session has ordered, shown as it was bought."""

from __future__ import annotations

from checkout import orders
from checkout.models import CheckoutSession, Order, OrderDelivery
from checkout.session_pricing import option_id
from checkout.session_views import DiscountView, LineView, OptionView, ParcelView, Sums, View
from checkout.session_wants import Wanted


def view(session: CheckoutSession, order: Order, wanted: Wanted) -> View:
    """`order` in the words that `session` has for its lines; three statements."""
    bought = {line.variant_id: line for line in orders.lines_of(order)}
    named = dict(_variants(order))
    lines = []
    shops: dict[int, list[str]] = {}
    for each in wanted.lines:
        line = bought.get(named.get(each.variant, 0))
        if line is None:
            continue
        shops.setdefault(line.merchant_id, []).append(each.key)
        lines.append(
            LineView(
                key=each.key,
                item=each.item,
                variant=each.variant,
                title=line.title,
                quantity=line.quantity,
                unit_price=line.unit_price,
                total=line.total,
                discount=line.discount,
                tax_added=0 if line.tax_is_included else line.tax,
                image=line.image,
            )
        )
    deliveries = order.deliveries.select_related("merchant", "rate").order_by("id")
    return View(
        lines=tuple(lines),
        parcels=tuple(_parcel(each, shops.get(each.merchant_id, [])) for each in deliveries),
        discounts=tuple(_discounts(order)),
        sums=Sums(
            currency=order.currency,
            items=order.items_total,
            delivery=order.delivery_total,
            discount=order.discount_total,
            tax_added=order.tax_added,
            tax_included=order.tax_included,
            total=order.total,
        ),
    )


def _variants(order: Order) -> list[tuple[object, int]]:
    return list(order.lines.values_list("variant__public_id", "variant_id"))


def _parcel(delivery: OrderDelivery, lines: list[str]) -> ParcelView:
    # A rate that its shop has deleted since goes by its name.
    chosen = option_id(delivery.rate) if delivery.rate else delivery.name
    option = OptionView(
        id=chosen,
        name=delivery.name,
        amount=delivery.amount,
        discount=delivery.discount,
        arrives_from=delivery.arrives_from,
        arrives_to=delivery.arrives_to,
    )
    key = str(delivery.merchant.public_id)
    return ParcelView(key, delivery.merchant.name, tuple(lines), (option,), chosen)


def _discounts(order: Order) -> list[DiscountView]:
    """Each offer once, all shops together."""
    sums: dict[int, DiscountView] = {}
    for each in order.discounts.select_related("offer"):
        before = sums[each.offer_id].amount if each.offer_id in sums else 0
        sums[each.offer_id] = DiscountView(
            each.offer.name, each.offer.code or "", before + each.amount
        )
    return list(sums.values())
