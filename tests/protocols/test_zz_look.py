import os
import pytest
from django.conf import settings as s
from playwright.sync_api import sync_playwright
from stack.browser import find_or_install
from accounts.models import User
from tests.oauth.apps import asking, browser, vitrine
from tests.protocols.test_agents_linking import allow, SCOPES, registered, mai
from tests.protocols.acp import item
from partners.models import Consent
from checkout.models import Order
from checkout import orders
from tests.second_factors import sign_in
from django.test import Client

pytestmark = pytest.mark.django_db(transaction=True)

def test_look(live_server, registered, mai, flipflops, sandbox, settings):
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    agent = allow(registered, mai, ends_on="2027-06-30")
    told = agent.ready(item(flipflops))
    agent.complete(told, sandbox.granted(9000, "eur"))
    order = Order.objects.get()
    consent = Consent.objects.get()
    staff = User.objects.create_superuser("root@etal.example", handle="root", display_name="Root", password="x")
    pages = {
        "consent": (mai, asking(registered[0], "agent_checkout:write")),
        "bounds": (mai, f"/oauth/consents/{consent.public_id}/bounds/"),
        "linked": (mai, "/account/linked/"),
        "order": (mai, f"/orders/{orders.token(order)}/"),
        "orders": (mai, "/orders/"),
        "shop": (staff, f"/admin/catalogue/merchant/{flipflops.merchant_id}/change/"),
        "acp": (staff, "/admin/protocols/acpconnection/add/"),
        "feed": (staff, "/admin/protocols/acpfeed/add/"),
    }
    with sync_playwright() as p:
        chromium = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for lang in ("en-GB", "fr-FR"):
            for name, (who, path) in pages.items():
                for size in ((390, 844), (1280, 800)):
                    for scheme in ("light", "dark"):
                        if lang == "fr-FR" and (scheme == "dark" or size[0] == 1280): continue
                        c = Client(); sign_in(c, who)
                        ctx = chromium.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, locale=lang)
                        ctx.add_cookies([{"name": k, "value": v.value, "url": live_server.url} for k, v in c.cookies.items()])
                        page = ctx.new_page()
                        page.goto(live_server.url + path)
                        if name == "linked":
                            page.locator("details.change summary").first.click()
                        page.wait_for_timeout(300)
                        w = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
                        print(name, lang, size, scheme, w)
                        page.screenshot(path=f"/tmp/acp-look-{name}-{lang[:2]}-{size[0]}-{scheme}.png", full_page=name not in ("shop",) or True)
                        ctx.close()
        chromium.close()
