"""Étal without a network: the worker shows a page of its own, and keeps nothing of anybody's."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE

CONTROLLED = "() => navigator.serviceWorker.controller !== null"
KEPT = """async () => {
    const names = await caches.keys();
    const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return kept.flat().map((each) => new URL(each.url).pathname);
}"""


def watched(page: Page) -> Page:
    """The page, once the worker looks after it."""
    page.goto("/")
    page.wait_for_function(CONTROLLED)
    return page


def test_without_a_network_a_page_says_so_in_the_readers_language(visit, market):
    page = watched(visit(**PHONE, locale="fr-FR", service_workers="allow"))
    page.goto("/search/")
    page.context.set_offline(True)
    page.goto("/drops/")
    expect(page.get_by_role("heading", name="Pas de réseau")).to_be_visible()
    assert page.url.endswith("/drops/")
    # In the site's own dress, which comes from what is kept.
    assert "Figtree" in page.evaluate("getComputedStyle(document.body).fontFamily")
    page.context.set_offline(False)
    page.get_by_role("link", name="Réessayer").click()
    expect(page.get_by_role("navigation", name="Principal").first).to_be_visible()


def test_nothing_but_our_files_is_kept(signed_in, market):
    page = watched(signed_in(**PHONE, service_workers="allow"))
    page.goto(f"/products/{market.lamp.public_id}/phare-lamp/")
    page.locator("[data-add]").click()
    expect(page.locator(".toast")).to_be_visible()
    for path in ("/cart/", "/account/", "/notifications/", "/checkout/eur/"):
        page.goto(path)
    kept = page.evaluate(KEPT)
    assert "/offline/" in kept
    assert {path for path in kept if not path.startswith("/static/")} == {"/offline/", "/language"}


def test_a_new_worker_leaves_nothing_of_the_old_one(visit, market):
    page = watched(visit(**PHONE, service_workers="allow"))
    page.evaluate("() => caches.open('etal-older').then((old) => old.put('/x', new Response('x')))")
    page.evaluate(
        """async () => {
            const all = await navigator.serviceWorker.getRegistrations();
            await Promise.all(all.map((each) => each.unregister()));
        }"""
    )
    watched(page)
    names = page.evaluate("() => caches.keys()")
    assert len(names) == 1
    assert names != ["etal-older"]
