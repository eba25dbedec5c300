"""The operator sees what does not agree, has it compared now, and dismisses what is no matter."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from checkout.models import ReconciliationFinding, ReconciliationRun
from tests.admin.filled import errors, said

FINDINGS = reverse("admin:checkout_reconciliationfinding_changelist")
RUNS = reverse("admin:checkout_reconciliationrun_changelist")
ASK = reverse("admin:checkout_reconciliationrun_ask")


def change(finding: ReconciliationFinding) -> str:
    return reverse("admin:checkout_reconciliationfinding_change", args=[finding.pk])


def test_run_now_asks_a_worker_once(browser, world):
    client = browser(world.staff)
    assert ASK in client.get(RUNS).content.decode()
    assert client.get(ASK).status_code == 405
    assert said(client.post(ASK, follow=True)) == [
        "The books will be compared in a moment. Look again."
    ]
    assert said(client.post(ASK, follow=True)) == ["Somebody has asked for it already."]
    run = ReconciliationRun.objects.get(outcome="requested")
    assert run.actor == world.staff


def test_a_run_and_a_finding_say_in_words_how_they_stand(browser, world):
    client, finding = browser(world.staff), world.rows["finding"]
    run = ReconciliationRun.objects.create(outcome="clean", started_at=timezone.now())
    url = reverse("admin:checkout_reconciliationrun_change", args=[run.pk])
    for page, said_there in ((url, "everything agrees"), (change(finding), "open")):
        shown = client.get(page).content.decode()
        assert f">{said_there}</div>" in shown, page
        assert "(&#x27;" not in shown
    assert f"{timezone.localtime(run.started_at):%Y-%m-%d}" not in client.get(url).content.decode()


def test_a_member_cannot_have_it_run(browser, world):
    assert browser(world.plage.owner).post(ASK).status_code == 403
    assert not ReconciliationRun.objects.filter(outcome="requested").exists()


def test_staff_dismisses_a_finding_with_a_reason(browser, world):
    client, finding = browser(world.staff), world.rows["finding"]
    page = client.get(change(finding)).content.decode()
    assert "€37.90 → €30.00" in page
    button = {"checkout_reconciliationfinding_dismiss": "1"}
    response = client.post(change(finding), {"why": "", **button})
    assert errors(response) == {"why": ["This field is required."]}
    answer = client.post(change(finding), {"why": "paid by hand", **button}, follow=True)
    assert said(answer) == ["Dismissed. It opens again if the difference changes."]
    finding.refresh_from_db()
    assert (finding.status, finding.reason, finding.actor) == (
        "dismissed",
        "paid by hand",
        world.staff,
    )
    again = client.get(change(finding)).content.decode()
    assert 'name="why"' not in again


def test_two_who_dismiss_the_same_are_told(browser, world):
    client, finding = browser(world.staff), world.rows["finding"]
    ReconciliationFinding.objects.update(status="mended")
    answer = client.post(change(finding), {"why": "late"}, follow=True)
    assert said(answer) == ["This finding is not open any more."]
    finding.refresh_from_db()
    assert finding.status == "mended"


def test_the_first_page_shows_open_findings_to_the_operator_alone(browser, world):
    page = browser(world.staff).get(reverse("admin:index")).content.decode()
    assert "Findings in the books" in page
    assert f"{FINDINGS}?status__exact=open" in page
    page = browser(world.plage.owner).get(reverse("admin:index")).content.decode()
    assert "Findings in the books" not in page


def test_a_list_asks_the_same_however_long_it_is(browser, world):
    client = browser(world.staff)
    client.get(FINDINGS)

    def asked(url: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        assert not any("COUNT(" in each["sql"] for each in queries)
        return len(queries)

    before = asked(FINDINGS), asked(RUNS)
    run = world.rows["finding"].run
    for number in range(10):
        ReconciliationRun.objects.create(outcome="clean", actor=world.staff)
        ReconciliationFinding.objects.create(
            run=run,
            kind="order_keeps",
            object_id=str(number),
            order=world.order,
            first_seen_at=timezone.now(),
            last_seen_at=timezone.now(),
        )
    assert (asked(FINDINGS), asked(RUNS)) == before
    filtered = client.get(f"{FINDINGS}?status__exact=open&kind__exact=order_keeps")
    assert len(filtered.context["cl"].result_list) == 10
