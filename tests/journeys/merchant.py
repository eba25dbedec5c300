"""The shop's owner at work."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from accounts.models import User
from catalogue.models import Membership
from tests import second_factors
from tests.journeys.cast import PASSWORD
from tests.journeys.conftest import DESKTOP


def merchants_page(visit, market) -> Page:
    """The shop's owner, signed in by password and code."""
    owner = User.objects.create_user(
        "owner@plage.example", PASSWORD, handle="owner", display_name="Nour"
    )
    Membership.objects.create(user=owner, merchant=market.shop, role="owner")
    second_factors.set_up(owner)
    page = visit(**DESKTOP)
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill("owner@plage.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name=re.compile("Sign in")).click()
    page.locator("[name=code]").fill(second_factors.code())
    page.get_by_role("button", name=re.compile("Sign in")).click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    return page
