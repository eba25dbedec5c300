"""An endpoint that says so, or takes nothing for days, is switched off, and its keepers are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import OutgoingMail, User
from catalogue.models import Membership
from tests.shops import person
from tests.webhooks.conftest import turn
from webhooks import endpoints
from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def endpoint(receiver, plage) -> Endpoint:
    return endpoints.create(receiver.url, merchant_id=plage.pk)


@pytest.fixture
def owners(plage) -> list[User]:
    """Two owners, one of whom reads French, and people who are not told."""
    mai, lou = person("mai"), person("lou")
    User.objects.filter(pk=lou.pk).update(locale="fr")
    for user in (mai, lou):
        Membership.objects.create(user=user, merchant=plage, role=Membership.Role.OWNER)
    editor, gone = person("editor"), person("gone")
    Membership.objects.create(user=editor, merchant=plage, role=Membership.Role.EDITOR)
    Membership.objects.create(user=gone, merchant=plage, role=Membership.Role.OWNER)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    return [mai, lou]


def failing_for(endpoint: Endpoint, days: float) -> None:
    since = timezone.now() - timedelta(days=days)
    Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=since)


def test_gone_switches_it_off_with_all_that_waits(receiver, endpoint, on_its_way, owners):
    first, *others = (on_its_way(endpoint) for _ in range(4))
    receiver.statuses = [410]
    turn()
    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.off_reason) == (False, "gone")
    assert endpoint.off_at is not None
    for each in (first, *others):
        each.refresh_from_db()
        assert each.status == Delivery.Status.FAILED
    assert len(receiver.got) == 2  # what was under way together
    assert turn() == []
    assert OutgoingMail.objects.filter(kind="webhook_off").count() == 2


def test_days_of_nothing_but_failures_switch_it_off_and_its_owners_are_told(
    receiver, endpoint, on_its_way, owners
):
    receiver.statuses = [500]
    on_its_way(endpoint)
    failing_for(endpoint, 5.1)
    turn()
    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.off_reason) == (False, "failing")
    english, french = OutgoingMail.objects.order_by("to").filter(kind="webhook_off").reverse()
    assert [english.to, french.to] == [user.email for user in owners]
    assert english.subject == "A webhook was switched off"
    assert receiver.url in english.text
    assert f"/admin/webhooks/endpoint/{endpoint.pk}/change/" in english.text
    assert french.subject == "Un webhook a été désactivé"
    assert "switched" not in french.text


def test_it_keeps_on_while_it_fails_for_less(receiver, endpoint, on_its_way, owners):
    receiver.statuses = [500]
    on_its_way(endpoint)
    failing_for(endpoint, 4.9)
    turn()
    endpoint.refresh_from_db()
    assert endpoint.active
    assert not OutgoingMail.objects.exists()


def test_one_message_that_is_taken_ends_the_count(receiver, endpoint, on_its_way):
    receiver.statuses = [500]
    on_its_way(endpoint)
    turn()
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None
    receiver.statuses = [204]
    on_its_way(endpoint)
    turn()
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_what_was_taken_a_moment_ago_saves_it(endpoint):
    """Another courier wrote that after this one had read since when it fails."""
    assert not endpoints.switch_off(endpoint.pk, reason=Endpoint.OffReason.FAILING)
    endpoint.refresh_from_db()
    assert endpoint.active


def test_turned_on_again_it_has_as_many_days_again(receiver, endpoint, on_its_way, owners):
    failing_for(endpoint, 6)
    assert endpoints.switch_off(endpoint.pk, reason=Endpoint.OffReason.FAILING)
    endpoints.edit(endpoint, url=endpoint.url, types=[], active=True)
    endpoint.refresh_from_db()
    assert (endpoint.off_reason, endpoint.off_at, endpoint.failing_since) == ("", None, None)
    receiver.statuses = [500]
    on_its_way(endpoint)
    turn()
    endpoint.refresh_from_db()
    assert endpoint.active


def test_switched_off_by_hand_it_says_so_and_mails_nobody(endpoint, owners):
    endpoints.edit(endpoint, url=endpoint.url, types=[], active=False)
    endpoint.refresh_from_db()
    assert (endpoint.off_reason, endpoint.off_at is None) == ("", False)
    assert not OutgoingMail.objects.exists()


def test_the_operators_own_is_told_to_who_runs_the_site(receiver, transactional_db):
    boss = person("boss")
    User.objects.filter(pk=boss.pk).update(is_superuser=True)
    mine = endpoints.create(receiver.url, merchant_id=None)
    assert endpoints.switch_off(mine.pk, reason=Endpoint.OffReason.GONE)
    assert [mail.to for mail in OutgoingMail.objects.all()] == [boss.email]
