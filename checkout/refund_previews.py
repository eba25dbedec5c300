"""What a refund would do: to the shopper, to each merchant, to our fee. No database here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from catalogue.models import Merchant
from checkout.models import OrderLine, RefundPart
from checkout.refund_errors import NothingChosen, NotRefundable, TooManyPieces, TooMuch
from checkout.refundable import LineLeft, PartLeft
from shopping.money import Money, divide, step

Kind = RefundPart.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to give back.

    `lines`: a line's primary key → pieces, and `restock` names those whose pieces are back on the
    shelf. `deliveries`: ids of merchants. `goodwill`: a merchant's id → minor units.
    """

    lines: Mapping[int, int] = field(default_factory=dict)
    restock: frozenset[int] = frozenset()
    deliveries: frozenset[int] = frozenset()
    goodwill: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One part of a refund: `amount` to the shopper, of it `tax`; `fee` we give the merchant back, or
    where it is negative, so much of our offers' gift comes back to us."""

    merchant: Merchant
    kind: str
    amount: int
    tax: int
    fee: int = 0
    line: OrderLine | None = None
    quantity: int = 0
    restock: bool = False

    @property
    def text(self) -> str:
        return self.row().text

    def row(self) -> RefundPart:
        """The row of it, of no refund yet."""
        return RefundPart(
            merchant=self.merchant,
            kind=self.kind,
            line=self.line,
            quantity=self.quantity,
            amount=self.amount,
            tax=self.tax,
            fee=self.fee,
            restocked=self.restock,
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """What goes back, all in one currency; `left` is what could go back still afterwards."""

    currency: str
    shares: Sequence[Share]
    left: int

    @property
    def amount(self) -> Money:
        """To the shopper."""
        return self._sum(share.amount for share in self.shares)

    @property
    def tax(self) -> Money:
        """Of that, tax that the merchants need not pay any more."""
        return self._sum(share.tax for share in self.shares)

    @property
    def fee(self) -> Money:
        """Of our fee, what the merchants get back; negative where they give back a gift of ours."""
        return self._sum(share.fee for share in self.shares)

    @property
    def gift(self) -> Money:
        """Of what our own offers gave the merchants, what comes back to us; 0 where nothing does."""
        return Money(max(-self.fee.amount, 0), self.currency)

    @property
    def borne(self) -> Money:
        """What the merchants are owed less by it."""
        return self.amount - self.fee

    @property
    def merchants(self) -> list[Merchant]:
        return list(dict.fromkeys(share.merchant for share in self.shares))

    def of(self, merchant: Merchant) -> Preview:
        """The same for one merchant alone."""
        mine = [share for share in self.shares if share.merchant == merchant]
        return Preview(self.currency, mine, self.left)

    def _sum(self, amounts: Iterable[int]) -> Money:
        return Money(sum(amounts), self.currency)


def preview(left: Sequence[PartLeft], asked: Asked) -> Preview:
    """What a refund of `asked` does where `left` is left of the order.

    A piece is given back at what was paid for it, the last one of a line at what the others left.
    What was given as goodwill before is part of that: nothing goes back twice, so a piece may give
    back less, down to nothing. Raises NothingChosen, TooManyPieces, TooMuch, or NotRefundable for
    what is not of this order, or cannot be paid in its currency.
    """
    _refuse_strange(left, asked)
    shares = [share for part in left for share in _shares(part, asked)]
    if not sum(share.amount for share in shares):
        raise NothingChosen
    rest = sum(part.amount for part in left) - sum(share.amount for share in shares)
    return Preview(left[0].currency, shares, rest)


def whole(left: Iterable[PartLeft], *, restock: frozenset[int] = frozenset()) -> Asked:
    """All that is left."""
    parts = list(left)
    lines = {each.line.pk: each.quantity for part in parts for each in part.lines if each.quantity}
    deliveries = frozenset(part.merchant.pk for part in parts if part.delivery)
    return Asked(lines=lines, restock=restock, deliveries=deliveries)


def _refuse_strange(left: Sequence[PartLeft], asked: Asked) -> None:
    lines = {each.line.pk for part in left for each in part.lines}
    merchants = {part.merchant.pk for part in left}
    strange = set(asked.lines) - lines or (asked.deliveries | set(asked.goodwill)) - merchants
    odd = (
        any(amount % step(left[0].currency) for amount in asked.goodwill.values())
        if left
        else False
    )
    if strange or odd or min([0, *asked.lines.values(), *asked.goodwill.values()]) < 0:
        raise NotRefundable


def _shares(part: PartLeft, asked: Asked) -> Iterator[Share]:
    """One merchant's; what was given before never makes them give more than was paid to them."""
    rest, tax, fee = part.amount, part.tax, part.fee
    goods, listed = part.goods, sum(_listed(each.line, each.quantity) for each in part.lines)
    payable = step(part.currency)
    for each in part.lines:
        quantity = asked.lines.get(each.line.pk, 0)
        if not quantity:
            continue
        price, included = _pieces(each, quantity, payable)
        amount = min(price, rest)
        of_tax = min(divide(included * amount, price) if price else 0, tax)
        # Of goods that were a gift altogether, what they would have cost says how much of it.
        worth = _listed(each.line, quantity)
        weight, whole_of = (price, goods) if goods else (worth, listed)
        of_fee = fee if weight == whole_of else divide(fee * weight, whole_of, step=payable)
        rest, tax, fee = rest - amount, tax - of_tax, fee - of_fee
        goods, listed = goods - price, listed - worth
        yield Share(
            merchant=part.merchant,
            kind=Kind.LINE,
            amount=amount,
            tax=of_tax,
            fee=of_fee,
            line=each.line,
            quantity=quantity,
            restock=each.line.pk in asked.restock,
        )
    if part.merchant.pk in asked.deliveries and part.delivery:
        amount = min(part.delivery, rest)
        of_tax = min(divide(part.delivery_tax * amount, part.delivery), tax)
        rest, tax = rest - amount, tax - of_tax
        yield Share(merchant=part.merchant, kind=Kind.DELIVERY, amount=amount, tax=of_tax)
    goodwill = asked.goodwill.get(part.merchant.pk, 0)
    if goodwill > rest:
        raise TooMuch(Money(rest, part.currency))
    if goodwill:
        of_tax = divide(tax * goodwill, rest)
        yield Share(merchant=part.merchant, kind=Kind.GOODWILL, amount=goodwill, tax=of_tax)


def _listed(line: OrderLine, quantity: int) -> int:
    """What `quantity` pieces cost before anything was taken off."""
    return line.unit_price * quantity


def _pieces(left: LineLeft, quantity: int, payable: int) -> tuple[int, int]:
    """What `quantity` pieces cost, in steps of `payable`, and the tax in it; the last piece has
    whatever is left."""
    if quantity > left.quantity:
        raise TooManyPieces(left.line.title, left.quantity)
    if quantity == left.quantity:
        return left.amount, left.tax
    return (
        divide(left.amount * quantity, left.quantity, step=payable),
        divide(left.tax * quantity, left.quantity),
    )
