"""A post that its author deletes before anybody has decided about it."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from feeds import decisions, posts
from feeds.models import Case, Notification
from tests.feeds.moderating import reported, staff
from tests.second_factors import sign_in


@pytest.fixture
def case(mai: User, theo: User) -> Case:
    post = posts.publish(theo, body="Five watches, one price", language="en")
    case = reported(mai, post=post)
    posts.delete(post)
    return case


def test_who_reported_hears_that_it_is_gone_and_not_that_nothing_was_wrong(
    reader: Client, case: Case
) -> None:
    decisions.dismiss(case, by=staff())
    assert Notification.objects.get().data["gone"] is True
    page = reader.get("/notifications/").content.decode()
    assert "its author has deleted it already" in page
    assert "nothing against our rules" not in page


def test_its_author_is_looked_into_from_its_case(case: Case) -> None:
    browser = sign_in(Client(), staff())
    page = browser.get(f"/admin/feeds/case/{case.pk}/change/").content.decode()
    assert "/admin/feeds/case/add/?about=theo" in page
    assert 'value="theo"' in browser.get("/admin/feeds/case/add/?about=theo").content.decode()
