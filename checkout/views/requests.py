"""What a request to the sheet says, turned into types; nothing here is trusted further."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue import goods
from catalogue.models import Product
from checkout import codes, limits, visitors
from checkout.details import Asked
from checkout.errors import TotalChanged
from checkout.forms import ADDRESS_FIELDS
from checkout.limits import TooOften
from checkout.quotes import Quote
from shopping.ids import uuid_of
from shopping.money import Money
from shopping.preferences import country_of

KEY = re.compile(r"[0-9a-f]{32}")
TYPED = ("email", *ADDRESS_FIELDS, "code", "note")
OPTIONS = ("option0", "option1", "option2")
PICKED = ("product", "quantity", *OPTIONS)


def amount_of(text: str) -> int:
    """Minor units of at most fifteen digits, 0 for anything else: rupiah have two decimals as well."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else 0


def int_of(text: str) -> int:
    """`text` as a number of at most nine digits; 0, which nothing here accepts, for anything else."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else 0


def product_of(public_id: UUID) -> Product:
    """The product, on sale or not, with its merchant; what shoppers may not see yet without its
    words. Raises Http404."""
    product = goods.product_of(public_id)
    if product is None:
        raise Http404
    if product.status == Product.Status.DRAFT or product.is_waiting:
        product.title = _("This product")
    return product


def is_script(request: HttpRequest) -> bool:
    """Whether a script of the page wants figures and words, and no page."""
    return request.accepts("application/json") and not request.accepts("text/html")


def key_of(data: QueryDict) -> str:
    """The form's idempotency key, "" unless it is one that a sheet of ours made."""
    key = data.get("key", "")
    return key if KEY.fullmatch(key) else ""


def new_key() -> str:
    """An idempotency key for one form; nobody can guess it."""
    return uuid4().hex


def typed(data: QueryDict) -> dict[str, str]:
    """What is worth keeping of a form: what was typed, and what was picked of which product."""
    return {name: data.get(name, "") for name in (*TYPED, *PICKED) if name in data}


def seen(data: QueryDict) -> Money:
    """The total that the shopper saw, as the form repeats it."""
    return Money(amount_of(data.get("seen_amount", "")), data.get("seen_currency", "")[:3])


def seen_in(data: QueryDict, error: TotalChanged) -> Money:
    """The total that was seen, in the currency of the new one: a form may say anything.

    0 where it was seen without the code that is sent: then it is the shopper who changed it.
    """
    if codes.tidy(data.get("seen_code", "")) != codes.tidy(data.get("code", "")):
        return Money(0, error.quote.total.currency)
    return Money(max(seen(data).amount, 0), error.quote.total.currency)


def said(request: HttpRequest, *, sent: bool = False) -> Asked:
    """Who the shopper says they are, and where to; `sent` where the fields have to be right."""
    posted = request.method == "POST"
    data = request.POST if posted else request.GET
    fields = typed(data) if posted else visitors.draft_of(request)
    return Asked(
        address=data.get("address", "")[:40],
        card=data.get("card", "")[:40],
        fields=fields,
        sent=sent,
        country=country_of(request),
        fields_of=data.get("fields_of"),
        language=(get_language() or "en").split("-")[0],
        principal=visitors.principal_of(request),
        visitor=visitors.counted(request),
        code_waits=_code_waits(request) if fields.get("code") else 0,
    )


def _code_waits(request: HttpRequest) -> int:
    try:
        limits.check(limits.CODES, visitors.counted(request))
    except TooOften as error:
        return error.seconds
    return 0


def count_guess(request: HttpRequest, asked: Asked, quoted: Quote | None) -> None:
    """Remember that a code was tried which there is not."""
    refusal = quoted.cut.refusal if quoted else None
    if refusal and refusal.reason == "unknown":
        limits.count_code(asked.code, visitors.counted(request))


def asked(request: HttpRequest, product: Product, *, sent: bool = False) -> Asked:
    """The same with what they want of `product`."""
    base = said(request, sent=sent)
    posted = request.method == "POST"
    data = request.POST if posted else request.GET
    fields = base.fields
    known = posted or ("variant" not in data and fields.get("product") == str(product.public_id))
    quantity = fields.get("quantity", "1") if known else data.get("quantity", "1")
    return replace(
        base,
        picks=[fields.get(name, "") for name in OPTIONS] if known else None,
        folded=posted and "folded" in data,
        variant=uuid_of(data.get("variant", "")),
        quantity=int_of(quantity),
        post=uuid_of(data.get("post", "")),
    )
