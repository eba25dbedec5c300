"""Every page of the admin that changes what is a shop's asks staff why, and is in the shop's log.

Forms of rows, actions and deletions are in test_operator_acts.py. A new page beside them needs one line
here: in POSTS what is sent there, or in the set that says why nobody is asked.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from catalogue import stocktakes
from catalogue.models import Import, MerchantAct, PictureFetch, ProductImage, Stocktake
from fulfilment import cancellations
from shopping.admin_site import site
from shopping.own_rows import OwnRowsAdmin
from tests.access.table import MODELS
from tests.admin.filled import WHY
from tests.admin.foreign import counts
from tests.admin.test_isolation_table import OF_MERCHANTS, REGISTERED, SITE, VIEWS, patterns

# They only read, or fetch a file.
READS = {
    "fulfilment_return_photo",
    *["catalogue_import_progress", "catalogue_import_mend", "catalogue_product_preview"],
    "catalogue_product_embed",
    *["catalogue_stocktake_sheet", "checkout_ledgertransaction_export"],
    *[f"checkout_merchantexports_{name}" for name in ("products", "stock", "orders", "ledger")],
    *["checkout_merchantstatements_csv", "checkout_merchantstatements_pdf"],
    *[
        f"fulfilment_fulfilmentorder_{name}"
        for name in ("waiting", "dispatch_template", "invoice", "slip", "label")
    ],
}
# They have a field of their own for it: test_members.py, test_refunding.py.
OWN_FIELD = {
    *["catalogue_merchant_members", "checkout_order_refund"],
    *["fulfilment_fulfilmentorder_refund", "fulfilment_return_refund"],
}
# What they change is the person's own, or the operator's.
NO_SHOPS = {"fulfilment_fulfilmentorder_views", "checkout_reconciliationrun_ask"}


def file(*lines: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("file.csv", "\n".join([*lines, ""]).encode())}


def importing(world, **fields: Any) -> list[int]:
    """Plage's import, with a product to write."""
    of = world.rows["import"]
    of.staged.update(fate="new", errors=[])
    Import.objects.filter(pk=of.pk).update(file="imports/spring.csv", **fields)
    return [of.pk]


def unfetched(client, world):
    """A picture that was given up."""
    address = "https://p.example/flip.jpg"
    picture = ProductImage.objects.create(product=world.plage.product, source_url=address)
    PictureFetch.objects.create(image=picture, next_at=None, error="It answered 404.")
    done = importing(world, state="done", finished_at=timezone.now())
    return at("catalogue_import_pictures", done), {}


def counted(world, **fields: Any) -> list[int]:
    stocktake = world.rows["stocktake"]
    stocktakes.record(stocktake, {world.plage.variant.pk: 8}, actor=world.plage.owner)
    stocktake.lines.counted().update(**fields)
    return [stocktake.pk]


def priced(client, world):
    page = f"/admin/catalogue/product/bulk/?ids={world.plage.product.pk}"
    looked = client.post(page, {"step": "look", "what": "price-percent", "figure": "-50"})
    return page, {"step": "confirm", "plan": looked.context["plan"]}


def cancelled(client, world):
    page = of_part("cancel", world)
    amount = cancellations.goes_back(world.order, {world.plage.merchant.pk})
    return page, {"step": "confirm", "seen": amount.amount}


def of_part(name: str, world) -> str:
    return reverse(
        f"admin:fulfilment_fulfilmentorder_{name}", args=[world.plage.fulfilment_order.pk]
    )


def at(name: str, args: list[Any]) -> str:
    return reverse(f"admin:{name}", args=args)


# URL's name → where exactly staff sends what.
POSTS = {
    "catalogue_import_columns": lambda c, w: (
        at("catalogue_import_columns", importing(w)),
        {"column-1": "external_id", "column-3": "title", "column-4": "price"},
    ),
    "catalogue_import_start": lambda c, w: (at("catalogue_import_start", importing(w)), {}),
    "catalogue_import_cancel": lambda c, w: (at("catalogue_import_cancel", importing(w)), {}),
    "catalogue_import_resume": lambda c, w: (
        at(
            "catalogue_import_resume",
            importing(w, state="cancelled", finished_at=timezone.now()),
        ),
        {},
    ),
    "catalogue_import_pictures": unfetched,
    "catalogue_product_bulk": priced,
    "catalogue_product_variants": lambda c, w: (
        at("catalogue_product_variants", [w.plage.product.pk]),
        {"o0": "41, 42, 43", "price": "34.90", "sku": "P"},
    ),
    "catalogue_stocktake_count": lambda c, w: (
        at("catalogue_stocktake_count", [w.rows["stocktake"].pk]),
        {f"count-{line.pk}": "8" for line in w.rows["stocktake"].lines.all()},
    ),
    "catalogue_stocktake_file": lambda c, w: (
        at("catalogue_stocktake_file", [w.rows["stocktake"].pk]),
        file("SKU,Counted", "plage-41,8"),
    ),
    "catalogue_stocktake_differences": lambda c, w: (
        at("catalogue_stocktake_differences", counted(w)),
        {},
    ),
    "catalogue_stocktake_cancel": lambda c, w: (
        at("catalogue_stocktake_cancel", [w.rows["stocktake"].pk]),
        {},
    ),
    "catalogue_stocktake_again": lambda c, w: (
        at("catalogue_stocktake_again", counted(w, outcome="stale")),
        {},
    ),
    "fulfilment_fulfilmentorder_dispatch": lambda c, w: (
        at("fulfilment_fulfilmentorder_dispatch", []),
        {"part": [w.plage.fulfilment_order.pk], "carrier": "DHL"},
    ),
    "fulfilment_fulfilmentorder_dispatch_csv": lambda c, w: (
        at("fulfilment_fulfilmentorder_dispatch_csv", []),
        file("order,shop,carrier", f"{w.order.number},Plage,DHL"),
    ),
    "fulfilment_fulfilmentorder_note": lambda c, w: (
        of_part("note", w),
        {"text": "A regular", "key": uuid4()},
    ),
    "fulfilment_fulfilmentorder_message": lambda c, w: (
        of_part("message", w),
        {"text": "It leaves today", "key": uuid4()},
    ),
    "fulfilment_fulfilmentorder_cancel": cancelled,
}


def acts() -> list[tuple[str, str, bool]]:
    return list(MerchantAct.objects.values_list("merchant__name", "reason", "operator"))


def again(sent: dict[str, Any]) -> dict[str, Any]:
    """What a browser sends once more: a file is chosen anew."""
    for value in sent.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    return sent


def test_every_page_of_the_admin_is_in_one_of_these():
    usual = {
        f"{model._meta.app_label}_{model._meta.model_name}_{view}"
        for model in site._registry
        for view in VIEWS
    }
    there = {pattern.name for pattern in patterns(site.urls[0]) if pattern.name} - usual - SITE
    sets = [set(POSTS), READS, OWN_FIELD, NO_SHOPS]
    assert there == set().union(*sets), "give each of these a line"
    assert len(there) == sum(map(len, sets)), "one line each"


@pytest.mark.parametrize("name", POSTS)
def test_staff_changes_nothing_without_a_reason_and_is_in_the_log_with_one(browser, world, name):
    client = browser(world.staff)
    url, sent = POSTS[name](client, world)
    before = counts()
    for reason in ({}, {"operator_reason": " \n"}):
        answer = client.post(url, again(sent) | reason)
        assert answer.status_code in (200, 422), answer
        assert 'name="operator_reason"' in answer.content.decode()
        assert (counts(), acts()) == (before, [])
    client.post(url, again(sent) | {"operator_reason": WHY})
    assert counts() != before
    assert acts() == [("Plage", WHY, True)]


@pytest.mark.parametrize("name", POSTS)
def test_members_are_not_asked(browser, world, name):
    client = browser(world.plage.owner)
    url, sent = POSTS[name](client, world)
    before = counts()
    client.post(url, sent)
    assert counts() != before
    assert acts() == []


def test_what_is_refused_is_not_in_the_log(browser, world):
    client = browser(world.staff)
    url, sent = POSTS["fulfilment_fulfilmentorder_dispatch"](client, world)
    before = counts()
    client.post(url, sent | {"carrier": "", "operator_reason": WHY})
    assert (counts(), acts()) == (before, [])


def test_a_list_asks_for_what_changes_and_not_for_what_leads_on(browser, world):
    client, before, led = browser(world.staff), counts(), set()
    for name in sorted(OF_MERCHANTS):
        admin = REGISTERED[name]
        assert isinstance(admin, OwnRowsAdmin)
        for action in admin.actions:
            data = {"action": action, "_selected_action": [MODELS[name].row(world).pk]}
            answer = client.post(reverse(f"admin:{name}_changelist"), data)
            if b'name="operator_reason"' not in answer.content:
                led.add(action)
    assert led == {"edit_many", "dispatch_all", "slips_all", "labels_all"}
    assert (counts(), acts()) == (before, [])


def test_a_stocktake_of_what_is_ticked_is_in_the_log(browser, world):
    data = {"action": "count_these", "_selected_action": [world.plage.variant.stock.pk]}
    data |= {"operator_reason": WHY}
    url = reverse("admin:catalogue_stockitem_changelist")
    assert browser(world.staff).post(url, data).status_code == 302
    assert Stocktake.objects.latest("pk").actor == world.staff
    assert acts() == [("Plage", WHY, True)]
