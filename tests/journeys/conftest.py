"""A real browser before the real processes: web, worker, beat and the Stripe stand-in."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from accounts.models import User
from stack.browser import find_or_install
from stack.checks import PROCESSES
from stack.processes import Stack
from tests.journeys import bank
from tests.journeys.cast import PASSWORD, Market, open_market, sign_up_mai

HERE = Path(__file__).parent
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys come first, half of the modules in one process of pytest-xdist and half in another.

    A process has one stack for all of its half, on its own database, which has to be gone before
    its other tests. What is long and starts last is waited for alone.
    """
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    modules = list(dict.fromkeys(item.path for item in ours))
    for item in ours:
        half = modules.index(item.path) % PROCESSES
        item.add_marker(pytest.mark.xdist_group(f"journeys-{half}"))
    items[:] = ours + [item for item in items if not item.path.is_relative_to(HERE)]


@pytest.fixture(autouse=True, scope="package")
def _synchronous_browser_beside_django() -> Iterator[None]:
    """Playwright's synchronous API runs a loop in this thread; Django would refuse to work there."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def processes(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[Stack]:
    with django_db_blocker.unblock():
        parts = connection.settings_dict
        name, user, password = parts["NAME"], parts["USER"], parts["PASSWORD"]
        url = f"postgres://{user}:{password}@{parts['HOST']}:{parts['PORT']}/{name}"
    words = {"PAGE_CACHE_SECONDS": "0", "WEB_WORKERS": "1", "WORKER_CONCURRENCY": "1"}
    words["MARKET_POOL_SECONDS"] = "0"  # What a test before has said is gone.
    words["CARD_SECONDS"] = "0"
    words["REQUIRE_TWO_FACTOR"] = "true"  # As in production.
    words["SECRET_KEY"] = django_settings.SECRET_KEY  # What tests seal, the processes open.
    folder = tmp_path_factory.mktemp("stack")
    with Stack(folder, database_url=url, redis_url=os.environ["REDIS_URL"], env=words) as stack:
        yield stack


@pytest.fixture
def stack(processes: Stack, transactional_db, settings) -> Iterator[Stack]:
    """The processes with an empty shop; pictures land where the web process finds them."""
    settings.MEDIA_ROOT = processes.directory / "media"
    settings.PRIVATE_ROOT = processes.directory / "private"
    settings.STRIPE_API_BASE = processes.sandbox_url
    cache.clear()
    bank.behave(processes)
    bank.know(processes, "acct_plage")
    yield processes
    bank.behave(processes)


@pytest.fixture
def market(stack: Stack) -> Market:
    return open_market()


@pytest.fixture
def mai(market: Market) -> User:
    return sign_up_mai()


@pytest.fixture
def theo(market: Market) -> User:
    return User.objects.create_user(
        "theo@etal.example", PASSWORD, handle="theo", display_name="Théo Marin"
    )


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
        flags += ["--disable-background-networking", "--disable-component-update"]
        path = str(find_or_install())
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, stack: Stack) -> Iterator[Callable[..., Page]]:
    """A fresh visitor's page: `visit()` on a phone, `visit(**DESKTOP)`, `visit(locale="fr-FR")`.

    Anything that the page's own scripts throw, or the policy refuses, fails the test.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def fresh(**options: object) -> Page:
        # What a worker fetches for a page cannot be held up or counted there; test_app.py has it.
        chosen = {"base_url": stack.url, "locale": "en-GB", "service_workers": "block"}
        chosen |= options or PHONE
        if "viewport" not in chosen:
            chosen |= PHONE
        context = chromium.new_context(**chosen)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.extend(refusals(said.text)))
        return page

    yield fresh
    for context in contexts:
        context.close()
    assert problems == []


def follow(page: Page, link: Locator) -> None:
    """Click `link` and wait until the scripts of the next page run.

    A page may be used before that, but then as without scripts: a form leads to a new page.
    """
    with page.expect_navigation():
        link.click()


def tab_to(page: Page, wanted: Locator, *, most: int = 60) -> None:
    """Press Tab until `wanted` has the focus, in a frame too. AssertionError behind `most` stops."""
    for _stop in range(most):
        if wanted.evaluate("element => element === element.ownerDocument.activeElement"):
            return
        page.keyboard.press("Tab")
        page.wait_for_timeout(20)
    raise AssertionError(f"{wanted} cannot be reached with Tab")


def refusals(text: str) -> list[str]:
    return [text] if "Content Security Policy" in text else []


@pytest.fixture
def signed_in(visit: Callable[..., Page], mai: User) -> Callable[..., Page]:
    """Maï's page, after she signed in by the form."""

    def page_of_mai(**options: object) -> Page:
        page = visit(**options)
        page.goto("/accounts/login/")
        page.locator("[name=login]").fill(mai.email or "")
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name=re.compile("Sign in|Connexion|Se connecter")).click()
        page.wait_for_url(lambda url: "/accounts/login/" not in url)
        page.goto("/")
        return page

    return page_of_mai
