"""The queue of moderation, appeals and the log: worked by the operator's staff and nobody else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feeds import decisions, edits, posts, reports
from feeds.models import Appeal, Case, Decision, Ground, Post
from tests.admin.filled import errors, said
from tests.shops import person

QUEUE = reverse("admin:feeds_case_changelist")
ADD = reverse("admin:feeds_case_add")
WORDS = "The same watch under five names."


def page_of(row):
    return reverse(f"admin:feeds_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def case(world):
    """Two people reported Maï's post."""
    for reporter in (world.stranger, world.plage.owner):
        found = reports.report(
            reporter, person=world.mai, post=world.post, ground=Ground.FRAUD, words="No such brand"
        )
    return found.case


def shown(page):
    return list(page.context["cl"].result_list)


def test_what_waits_comes_first_the_most_reported_before_the_oldest(browser, world, case):
    older = reports.report(world.stranger, person=world.plage.owner, ground=Ground.HATE).case
    newer = reports.report(world.stranger, person=world.rayon.owner, ground=Ground.HATE).case
    client = browser(world.staff)
    assert shown(client.get(QUEUE)) == [case, older, newer]
    assert shown(client.get(f"{QUEUE}?ground=fraud")) == [case]
    assert shown(client.get(f"{QUEUE}?state=actioned")) == [world.rows["case"]]
    assert len(shown(client.get(f"{QUEUE}?state=all"))) == 4
    assert shown(client.get(f"{QUEUE}?q={world.rayon.owner.handle}")) == [newer]


def test_the_queue_asks_a_constant_number_of_questions(
    browser, world, case, django_assert_max_num_queries
):
    client = browser(world.staff)
    client.get(QUEUE)
    for number in range(5):
        reports.report(world.stranger, person=person(f"p{number}"), ground=Ground.SPAM)
    with django_assert_max_num_queries(8) as asked:
        client.get(QUEUE)
    assert not any("COUNT(*)" in query["sql"] for query in asked.captured_queries)


def test_a_case_shows_post_reports_and_what_was_decided_before(browser, world, case):
    page = browser(world.staff).get(page_of(case)).content.decode()
    for text in ("Look at these", "No such brand", "@stranger", "@plage_owner", "flip-flops"):
        assert text in page
    assert "Decisions about the same person before" in page
    assert "Buy five watches" in page
    assert "Hide the post" in page
    assert "Suspend the account" not in page


def test_a_case_shows_label_and_products_as_they_stand(browser, world, case):
    edits.edit(world.post, body="Look at these shoes", products=[world.plage.variant.product])
    Post.objects.filter(pk=world.post.pk).update(paid_partnership=True)
    page = browser(world.staff).get(page_of(case)).content.decode()
    product = world.plage.variant.product
    link = f'href="/products/{product.public_id}/{product.slug}/"'
    assert "Paid partnership" in page
    assert page.index(link) < page.index("What it said before")


def test_what_was_edited_away_is_read_too(browser, world, case):
    edits.edit(world.post, body="Look at these shoes", products=[])
    page = browser(world.staff).get(page_of(case)).content.decode()
    assert "What it said before" in page
    assert "Look at these<" in page


def test_hiding_takes_a_ground_and_words_and_keeps_what_was_typed(browser, world, case):
    client = browser(world.staff)
    refused = client.post(page_of(case), {"feeds_case_hide": "1", "words": WORDS})
    assert set(errors(refused)) == {"ground"}
    assert WORDS in refused.content.decode()
    assert Case.objects.get(pk=case.pk).state == Case.State.OPEN
    done = client.post(
        page_of(case), {"feeds_case_hide": "1", "ground": "fraud", "words": WORDS}, follow=True
    )
    assert said(done) == ["Post hidden."]
    decision = case.decisions.get()
    assert (decision.kind, decision.by, decision.words) == ("hide", world.staff, WORDS)
    assert not Post.objects.visible().filter(pk=world.post.pk).exists()
    back = client.post(page_of(case), {"feeds_case_restore": "1", "words": "Sorry"}, follow=True)
    assert said(back) == ["Post shown again."]
    assert Post.objects.visible().filter(pk=world.post.pk).exists()


def test_a_page_that_is_out_of_date_is_told_so(browser, world, case):
    decisions.dismiss(case, by=world.superuser)
    late = browser(world.staff).post(
        page_of(case), {"feeds_case_hide": "1", "ground": "spam", "words": WORDS}, follow=True
    )
    assert said(late) == ["Somebody has decided this meanwhile. Look again."]
    assert case.decisions.get().kind == Decision.Kind.DISMISS


def test_staff_suspends_and_lifts(browser, world):
    case = reports.report(world.plage.owner, person=world.stranger, ground=Ground.HATE).case
    client = browser(world.staff)
    typed = {"feeds_case_suspend": "1", "ground": "hate", "words": "Threats."}
    assert said(client.post(page_of(case), typed, follow=True)) == ["Account suspended."]
    world.stranger.refresh_from_db()
    assert not world.stranger.is_active
    client.post(page_of(case), {"feeds_case_lift": "1"})
    world.stranger.refresh_from_db()
    assert world.stranger.is_active


@pytest.mark.parametrize("about", ["handle", "address", "post"])
def test_staff_opens_a_case_by_itself(browser, world, about):
    typed = {
        "handle": "@stranger",
        "address": "https://etal.example/@stranger/",
        "post": f"/posts/{world.post.public_id}/",
    }[about]
    answer = browser(world.staff).post(ADD, {"about": typed})
    case = Case.objects.latest("pk")
    assert answer["Location"] == page_of(case)
    assert (case.report_count, case.opened_by) == (0, world.staff)
    assert case.post == (world.post if about == "post" else None)


@pytest.mark.parametrize("about", ["@nobody", "", "/posts/0190a0a0-0000-7000-8000-000000000000/"])
def test_what_is_not_there_opens_no_case(browser, world, about):
    before = Case.objects.count()
    assert "about" in errors(browser(world.staff).post(ADD, {"about": about}))
    assert Case.objects.count() == before


def test_posts_are_looked_into_from_their_list(browser, world):
    client = browser(world.staff)
    url = reverse("admin:feeds_post_changelist")
    answer = client.post(url, {"action": "look_into", "_selected_action": [world.post.pk]})
    case = Case.objects.latest("pk")
    assert (case.post, answer["Location"]) == (world.post, page_of(case))
    gone = world.rows["hidden_post"]
    answer = client.post(url, {"action": "look_into", "_selected_action": [gone.pk]}, follow=True)
    assert "out of sight already" in said(answer)[0]


def test_whoever_decided_reads_the_appeal_and_another_answers(browser, world):
    appeal = world.rows["appeal"]
    url = page_of(appeal)
    own = browser(world.superuser).get(url).content.decode()
    assert "You decided this or it is about you: somebody else looks at the appeal." in own
    assert "feeds_appeal_grant" not in own
    browser(world.superuser).post(url, {"feeds_appeal_grant": "1", "reply": "Yes."})
    assert Appeal.objects.get().state == Appeal.State.OPEN
    client = browser(world.staff)
    page = client.get(url).content.decode()
    for text in ("It is not.", "Buy five watches", "The same watch."):
        assert text in page
    assert "reply" in errors(client.post(url, {"feeds_appeal_grant": "1"}))
    client.post(url, {"feeds_appeal_grant": "1", "reply": "You are right."})
    appeal.refresh_from_db()
    assert (appeal.state, appeal.answered_by) == (Appeal.State.GRANTED, world.staff)
    assert Post.objects.visible().filter(pk=world.rows["hidden_post"].pk).exists()


def test_the_page_of_an_appeal_asks_once_who_may_answer(browser, world):
    client = browser(world.superuser)  # who decided, so that it matters who else is there
    with CaptureQueriesContext(connection) as asked:
        client.get(page_of(world.rows["appeal"]))
    others = f'NOT ("accounts_user"."id" = {world.rows["appeal"].decision.by_id})'
    assert len([each for each in asked if others in each["sql"]]) == 1


def test_an_appeal_is_rejected_with_words(browser, world):
    appeal = world.rows["appeal"]
    browser(world.staff).post(page_of(appeal), {"feeds_appeal_reject": "1", "reply": "It is."})
    appeal.refresh_from_db()
    assert (appeal.state, appeal.answer) == (Appeal.State.REJECTED, "It is.")


@pytest.mark.parametrize("role", ["owner", "editor", "fulfilment", "read_only"])
def test_shops_neither_see_nor_decide(browser, world, case, role):
    """Also where it is their own post that was reported."""
    post = posts.publish(world.plage.merchant.account, body="Ours", language="en")
    own = reports.report(world.stranger, person=post.author, post=post, ground=Ground.SPAM).case
    client = browser(world.plage.members[role])
    assert client.get(QUEUE).status_code == 403
    typed = {"feeds_case_dismiss": "1", "ground": "spam", "words": WORDS}
    for row in (case, own):
        assert client.post(page_of(row), typed).status_code == 403
    answer = {"feeds_appeal_grant": "1", "reply": "Yes."}
    assert client.post(page_of(world.rows["appeal"]), answer).status_code == 403
    assert client.post(ADD, {"about": "@stranger"}).status_code == 403
    assert not case.decisions.exists()
    assert not own.decisions.exists()
    index = client.get("/admin/").content.decode()
    assert QUEUE not in index


def test_the_first_page_counts_what_waits_for_staff(browser, world, case):
    page = browser(world.staff).get("/admin/")
    assert (page.context["cases_count"], page.context["appeals_count"]) == ("1", "1")
    text = page.content.decode()
    for address in (QUEUE, reverse("admin:feeds_appeal_changelist")):
        assert address in text


def test_decisions_are_read_and_never_changed(browser, world):
    decision = world.rows["decision"]
    client = browser(world.superuser)
    assert "The same watch." in client.get(page_of(decision)).content.decode()
    assert client.post(page_of(decision), {"words": "Else"}).status_code == 403
    decision.refresh_from_db()
    assert decision.words == "The same watch."


def test_nobody_switches_an_account_off_without_a_decision(browser, world):
    url = reverse("admin:accounts_user_change", args=[world.mai.pk])
    browser(world.superuser).post(url, {"is_staff": ""})
    world.mai.refresh_from_db()
    assert world.mai.is_active


def test_who_reported_staff_is_not_shown_to_them(browser, world):
    reports.report(world.stranger, person=world.staff, ground=Ground.HATE, words="So rude")
    case = Case.objects.get(person=world.staff)
    page = browser(world.staff).get(page_of(case)).content.decode()
    assert "This is about you or your shop" in page
    for secret in ("So rude", "@stranger"):
        assert secret not in page
