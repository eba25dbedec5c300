"""Every address of the admin × every role × the ids of another shop: generated from what is registered.

Who gets what of their own shop stands in tests/access/table.py. Here each member of Plage names rows of
Rayon's, in addresses, forms, filters, autocompletes and actions; nothing is shown, nothing is left behind.

A new admin of a model whose rows are merchants' needs one line in `foreign_rows` (tests/admin/foreign.py)
and one in MODELS (tests/access/table.py); its list, pages, form fields, filters, actions and autocompletes
are tried by themselves. A new page beside the usual five of a model (an action of its page, a file, an
export) needs one line in PAGES: its URL's name, and the arguments that name a row of Rayon's; one whose
address names no row, in ROWLESS. What a
refused call could leave behind belongs into `counts` (tests/admin/foreign.py). Each of these tests
fails, and says which line is missing, until it is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import ForeignKey
from django.forms import BaseForm, ModelChoiceField
from django.urls import URLPattern, URLResolver, reverse

from shopping.admin_site import site
from shopping.own_rows import OwnRows
from tests.access.table import MEMBERS, MODELS, of_one
from tests.admin.foreign import counts, foreign_rows
from tests.shops import buy

VIEWS = ("changelist", "add", "history", "delete", "change")
# An order, and a dispute about it, are of several shops: test_isolation_orders.py.
SHARED = {"checkout_order", "checkout_dispute"}
# The site's own: each shop chooses among all agents that there are.
SITES = {"partners_agent"}
# The site's own; what they answer is in tests/access/table.py, and autocompletes are tried below.
SITE = {
    *["index", "login", "logout", "password_change", "password_change_done", "jsi18n", "search"],
    *["view_on_site", "app_list", "autocomplete"],
}

# URL's name → the arguments that name what is Rayon's, or a file of Plage's below a row of Rayon's.
PAGES = {
    "catalogue_merchant_members": lambda w: [[w.rayon.merchant.pk]],
    "fulfilment_fulfilmentorder_refund": lambda w: [[w.rayon.fulfilment_order.pk]],
    "checkout_order_refund": lambda w: [[buy(w.stranger, w.rayon).pk]],
    "fulfilment_fulfilmentorder_invoice": lambda w: [
        [
            w.order.fulfilment_orders.get(merchant=w.rayon.merchant).pk,
            w.rows["invoice"].public_id,
        ]
    ],
    "checkout_merchantstatements_csv": lambda w: [[w.rayon.merchant.pk, "EUR", "1999-01"]],
    "checkout_merchantstatements_pdf": lambda w: [[w.rayon.merchant.pk, "EUR", "1999-01"]],
    "checkout_reconciliationrun_ask": lambda w: [[]],
    "checkout_ledgertransaction_export": lambda w: [[]],
    **{
        f"catalogue_import_{name}": lambda w: [[w.rows["rayons_import"].pk]]
        for name in ("progress", "columns", "start", "cancel", "resume", "mend", "pictures")
    },
    **{
        f"catalogue_product_{name}": lambda w: [[w.rayon.product.pk]]
        for name in ("embed", "preview", "variants")
    },
    **{
        f"catalogue_stocktake_{name}": lambda w: [[w.rows["rayons_stocktake"].pk]]
        for name in ("count", "sheet", "file", "differences", "cancel", "again")
    },
    **{
        f"checkout_merchantexports_{name}": lambda w: [[w.rayon.merchant.pk]]
        for name in ("products", "stock", "orders", "ledger")
    },
    **{
        f"fulfilment_fulfilmentorder_{name}": lambda w: [[w.rayon.fulfilment_order.pk]]
        for name in ("note", "message", "slip", "label", "cancel")
    },
    "fulfilment_return_refund": lambda w: [[w.rows["rayons_return"].pk]],
    "fulfilment_return_photo": lambda w: [
        [w.rows["rayons_return"].pk, w.rows["return"].photos.get().public_id]
    ],
}
# Pages whose address names no row: what names Rayon's in what is sent to them.
ROWLESS = {
    "catalogue_product_bulk": lambda w: {"ids": w.rayon.product.pk},
    "fulfilment_fulfilmentorder_waiting": lambda w: {"shop": w.rayon.merchant.pk},
    "fulfilment_fulfilmentorder_views": lambda w: {"view": 1, "shop": w.rayon.merchant.pk},
    "fulfilment_fulfilmentorder_dispatch": lambda w: {"part": w.rayon.fulfilment_order.pk},
    "fulfilment_fulfilmentorder_dispatch_csv": lambda w: {"shop": w.rayon.merchant.pk},
    "fulfilment_fulfilmentorder_dispatch_template": lambda w: {"shop": w.rayon.merchant.pk},
}


def name_of(model: Any) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"


REGISTERED = {name_of(model): admin for model, admin in site._registry.items()}
OF_MERCHANTS = {
    name
    for name, admin in REGISTERED.items()
    if isinstance(admin, OwnRows) and admin.merchant_path is not None
}


def patterns(entries: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for entry in entries:
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns)
        else:
            yield entry


def test_every_page_of_the_admin_is_in_this_table():
    usual = {f"{name}_{view}" for name in REGISTERED for view in VIEWS}
    there = {pattern.name for pattern in patterns(site.urls[0]) if pattern.name}
    lined = PAGES.keys() | ROWLESS.keys()
    assert there - usual - SITE - lined == set(), "give each of these a line in PAGES"
    assert lined - there == set(), "these are gone"


def test_every_model_of_merchants_has_a_foreign_row(world):
    assert foreign_rows(world).keys() == OF_MERCHANTS - SHARED, "give each a line in foreign_rows"
    assert MODELS.keys() == REGISTERED.keys()


@pytest.mark.parametrize("role", MEMBERS)
def test_a_foreign_row_in_an_address_is_no_page_and_takes_nothing(browser, world, role):
    client, before = browser(world.plage.members[role]), counts()
    for name, row in foreign_rows(world).items():
        for view in ("change", "history", "delete"):
            url = reverse(f"admin:{name}_{view}", args=[row.pk])
            # As Plage's rows are to the owner of another shop, and closed to who sees none of them.
            sees = role in MODELS[name].sees
            expected = of_one(MODELS[name], view, "other" if sees else role)
            if view == "delete" and role not in MODELS[name].deletes:
                expected = 403
            assert client.get(url).status_code == expected, (name, view)
            sent = {"post": "yes", "title": "Stolen", "name": "Stolen", "active": ""}
            assert client.post(url, sent).status_code in (403, 404), (name, view)
    assert counts() == before


@pytest.mark.parametrize("role", MEMBERS)
def test_a_foreign_row_in_the_address_of_another_page_is_no_page_either(browser, world, role):
    named = [(name, args) for name, rows in PAGES.items() for args in rows(world)]
    client, before = browser(world.plage.members[role]), counts()
    for name, args in named:
        url = reverse(f"admin:{name}", args=args)
        for method in ("get", "post"):
            answer = getattr(client, method)(url, {"step": "confirm", "do": "invite"})
            assert answer.status_code in (403, 404, 405), (name, method)
    assert counts() == before


@pytest.mark.parametrize("role", MEMBERS)
def test_a_page_without_a_row_in_its_address_shows_nothing_foreign(browser, world, role):
    client, before = browser(world.plage.members[role]), counts()
    for name, sent in ROWLESS.items():
        for method in ("get", "post"):
            answer = getattr(client, method)(reverse(f"admin:{name}"), sent(world))
            assert answer.status_code in (200, 302, 403, 404, 405, 422), (name, method)
            assert "rayon" not in answer.content.decode().lower(), (name, method)
    assert counts() == before


@pytest.mark.parametrize("who", ["nobody", "shopper"])
def test_who_works_for_no_shop_is_led_to_the_sign_in_from_everywhere(browser, world, who):
    rows = {name: model.row(world) for name, model in MODELS.items()}
    urls = [reverse(f"admin:{name}_{view}") for name in MODELS for view in ("changelist", "add")]
    urls += [
        reverse(f"admin:{name}_{view}", args=[row.pk])
        for name, row in rows.items()
        for view in ("change", "history", "delete")
    ]
    urls += [
        reverse(f"admin:{name}", args=args) for name, each in PAGES.items() for args in each(world)
    ]
    urls += [reverse(f"admin:{name}") for name in ROWLESS]
    client, before = browser(world.mai if who == "shopper" else None), counts()
    for url in urls:
        for method in ("get", "post"):
            answer = getattr(client, method)(url, {"post": "yes"})
            assert answer.status_code == 302, (url, method)
            assert answer["Location"].startswith("/admin/login/?next="), (url, method)
    assert counts() == before


@pytest.mark.parametrize("role", MEMBERS)
def test_a_foreign_row_that_is_ticked_is_acted_on_by_no_action(browser, world, role):
    client, before = browser(world.plage.members[role]), counts()
    for name, theirs in foreign_rows(world).items():
        own = MODELS[name].row(world)
        for action in [*REGISTERED[name].actions, "delete_selected"]:
            ticked = {"action": action, "index": "0", "post": "yes", "select_across": "1"}
            ticked |= {"_selected_action": [own.pk, theirs.pk]}
            answer = client.post(reverse(f"admin:{name}_changelist"), ticked)
            # 200, 302: the list has no actions for this role, and is shown as it is.
            assert answer.status_code in (200, 302, 403, 404), (name, action)
    assert counts() == before


@pytest.mark.parametrize("role", MEMBERS)
def test_a_filter_by_what_is_foreign_finds_nothing_foreign(browser, world, role):
    client, rayon = browser(world.plage.members[role]), world.rayon.merchant
    for name, theirs in foreign_rows(world).items():
        if role not in MODELS[name].sees:
            continue
        admin = REGISTERED[name]
        path = admin.merchant_path or "pk"
        queries = [f"{path}__{end}={rayon.pk}" for end in ("id__exact", "exact", "in", "gte")]
        queries += [f"{path}={rayon.pk}", f"{path}__isnull=0", f"shop={rayon.pk}", f"q={rayon.pk}"]
        queries += [f"id__exact={theirs.pk}", f"pk={theirs.pk}", "merchant__id__exact=1&o=1"]
        queries += [f"{path}__account__handle=rayon", "q=rayon", f"_to_field=id&id={theirs.pk}"]
        for query in queries:
            answer = client.get(f"{reverse(f'admin:{name}_changelist')}?{query}")
            assert answer.status_code in (200, 302, 400), (name, query)
            if answer.status_code == 200:
                shown = {admin.merchant_of(row) for row in answer.context["cl"].result_list}
                assert shown <= {world.plage.merchant.pk}, (name, query)


def choices(form: BaseForm) -> Iterator[tuple[str, ModelChoiceField[Any]]]:
    """What a person chooses; which row a form below another is of is in test_isolation_forms.py."""
    for field, bound in form.fields.items():
        if isinstance(bound, ModelChoiceField) and not bound.widget.is_hidden:
            yield field, bound


def forms_of(page: Any) -> Iterator[BaseForm]:
    if "adminform" not in page.context:  # A page of figures.
        return
    yield page.context["adminform"].form
    for inline in page.context["inline_admin_formsets"]:
        yield from inline.formset.forms
        yield inline.formset.empty_form


def foreign(rows: Any, world: Any) -> list[Any]:
    """Those of `rows` that are not Plage's to use, nor everybody's."""
    own, name = world.plage.merchant.pk, name_of(rows.model)
    admin = REGISTERED.get(name)
    if name in SITES or getattr(admin, "open_choices", False):
        return []
    if name in SHARED:
        path = f"{admin.merchant_path}_id"
        return list(rows.exclude(pk__in=rows.model.objects.filter(**{path: own})))
    if name in OF_MERCHANTS:
        return [row for row in rows if admin.merchant_of(row) != own]
    # No page of the admin shows them by themselves: a variant is its merchant's all the same.
    return [row for row in rows if getattr(row, "merchant_id", None) != own]


@pytest.mark.parametrize("role", MEMBERS)
def test_no_field_of_any_form_offers_a_foreign_row(browser, world, role):
    client, tried = browser(world.plage.members[role]), set()
    for name in sorted(OF_MERCHANTS):
        pages = [client.get(reverse(f"admin:{name}_add"))]
        pages += [client.get(reverse(f"admin:{name}_change", args=[MODELS[name].row(world).pk]))]
        for page in pages:
            for form in forms_of(page) if page.status_code == 200 else ():
                for field, bound in choices(form):
                    tried.add(f"{name}.{field}")
                    assert foreign(bound.queryset.all(), world) == [], (name, field)
    assert ("catalogue_product.merchant" in tried) == (role in ("owner", "editor"))
    assert tried


@pytest.mark.parametrize("role", MEMBERS)
def test_no_autocomplete_tells_of_a_foreign_row(browser, world, role):
    client = browser(world.plage.members[role])
    keys = [
        (model, field)
        for model in site._registry
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
    ]
    answered = 0
    for model, field in keys:
        asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
        asked |= {"field_name": field.name, "term": ""}
        answer = client.get(reverse("admin:autocomplete"), asked)
        # 404: a model that is not searched.
        assert answer.status_code in (200, 403, 404), asked
        if answer.status_code == 200:
            answered += 1
            told = [row["id"] for row in answer.json()["results"]]
            rows = field.remote_field.model._default_manager.filter(pk__in=told)
            assert foreign(rows, world) == [], asked
    assert answered


def test_staff_reaches_the_rows_of_all(browser, world):
    client = browser(world.staff)
    for name, row in foreign_rows(world).items():
        for view in ("change", "history"):
            url = reverse(f"admin:{name}_{view}", args=[row.pk])
            assert client.get(url).status_code == 200, (name, view)
