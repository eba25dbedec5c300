"""Reporting: from the page of a post or a profile, once, and read by people alone."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from accounts.models import User
from catalogue.models import Membership, Merchant
from feeds import blocks, decisions, limits, posts, reports
from feeds.models import Case, Ground, Post, Report
from feeds.refusals import Refused
from feeds.reports import ReportRefused
from tests.feeds.moderating import WORDS, reported, staff
from tests.market import person

PART = {"HX-Request": "true"}


def test_a_report_opens_a_case_and_others_join_it(mai: User, theo: User, words: Post) -> None:
    ines = person("ines", "Inès")
    for reporter in (mai, ines):
        reports.report(reporter, person=theo, post=words, ground=Ground.SPAM, words=" Look \x00")
    case = Case.objects.get()
    assert (case.post, case.person, case.report_count) == (words, theo, 2)
    assert set(case.reports.values_list("reporter", "words")) == {
        (mai.pk, "Look"),
        (ines.pk, "Look"),
    }
    profile = reported(mai, them=theo)
    assert (profile.post, profile.person) == (None, theo)
    assert profile != case


def test_the_same_again_is_the_same_report(mai: User, theo: User, words: Post) -> None:
    first = reports.report(mai, person=theo, post=words, ground=Ground.SPAM)
    assert reports.report(mai, person=theo, post=words, ground=Ground.HATE) == first
    assert Case.objects.get().report_count == 1
    decisions.dismiss(first.case, by=staff())
    again = reports.report(mai, person=theo, post=words, ground=Ground.HATE)
    assert again.case != first.case


def test_a_crowd_hides_nothing(theo: User, words: Post) -> None:
    for number in range(20):
        reported(person(f"p{number}", "P"), post=words)
    words.refresh_from_db()
    assert words.hidden_at is None
    assert User.objects.get(pk=theo.pk).is_active


@pytest.mark.parametrize(("ground", "said"), [("", "x"), ("boring", "x"), ("spam", "x" * 1001)])
def test_what_cannot_be_read_is_refused_and_leaves_no_case(
    mai: User, theo: User, words: Post, ground: str, said: str
) -> None:
    with pytest.raises(Refused):
        reports.report(mai, person=theo, post=words, ground=ground, words=said)
    assert not Case.objects.exists()


def test_nobody_reports_themselves_or_their_shop(theo: User, plage: Merchant, words: Post) -> None:
    Membership.objects.create(user=theo, merchant=plage, role=Membership.Role.OWNER)
    for them, post in ((theo, words), (theo, None), (plage.account, None)):
        with pytest.raises(ReportRefused):
            reports.report(theo, person=them, post=post, ground=Ground.SPAM)
    assert not Report.objects.exists()


def test_the_page_takes_a_report_without_scripts(reader: Client, mai: User, words: Post) -> None:
    address = f"/posts/{words.public_id}/report/"
    page = reader.get(address).content.decode()
    assert "Report a post by @theo" in page
    assert "Five watches, one price" in page
    for label in ("Spam", "Scam or counterfeit", "Illegal goods", "Something else"):
        assert label in page
    answer = reader.post(address, {"ground": "fraud", "words": "No such brand"}, follow=True)
    assert answer.redirect_chain == [(f"/posts/{words.public_id}/", 302)]
    assert "Thank you. Our staff looks at it" in answer.content.decode()
    made = Report.objects.get()
    assert (made.reporter, made.ground, made.words) == (mai, "fraud", "No such brand")


def test_a_line_break_counts_once_as_in_the_field(reader: Client, words: Post) -> None:
    """A browser's maxlength counts it as one character, and sends it as two."""
    address = f"/posts/{words.public_id}/report/"
    for lines, status in ((101, 422), (100, 302)):
        said = "\r\n".join(["x" * 9] * lines) + "."
        assert reader.post(address, {"ground": "spam", "words": said}).status_code == status
    assert len(Report.objects.get().words) == 1000


def test_htmx_puts_form_answer_and_refusal_into_the_page(reader: Client, words: Post) -> None:
    address = f"/posts/{words.public_id}/report/"
    form = reader.get(address, headers=PART).content.decode()
    assert form.lstrip().startswith("<form")
    refused = reader.post(address, {"words": "kept"}, headers=PART)
    assert refused.status_code == 422
    assert "Choose what is wrong." in refused.content.decode()
    form = refused.content.decode()
    assert "kept</textarea>" in form
    for said in (' id="', ' aria-describedby="'):
        assert f'{said}report-error-{words.public_id}"' in form
    done = reader.post(address, {"ground": "spam"}, headers=PART).content.decode()
    assert "Thank you." in done
    assert "<html" not in done


def test_who_reported_already_is_told_so_until_it_is_decided(
    reader: Client, mai: User, theo: User, words: Post
) -> None:
    case = reported(mai, post=words)
    address = f"/posts/{words.public_id}/report/"
    for headers in ({}, PART):
        page = reader.get(address, headers=headers).content.decode()
        assert "You reported this already" in page
        assert 'name="ground"' not in page
    assert 'name="ground"' in reader.get("/@theo/report/").content.decode()
    decisions.dismiss(case, by=staff())
    assert 'name="ground"' in reader.get(address).content.decode()


def test_the_signed_out_are_led_to_it_by_the_sign_in(client: Client, words: Post) -> None:
    login = "/accounts/login/?next="
    for page, report in (
        ("/", f"/posts/{words.public_id}/report/"),
        (f"/posts/{words.public_id}/", f"/posts/{words.public_id}/report/"),
        ("/@theo/", "/@theo/report/"),
    ):
        shown = client.get(page).content.decode()
        assert f'href="{login}{report}"' in shown
        assert "You sign in first." in shown


def test_a_profile_is_reported_from_its_menu(reader: Client, theo: User) -> None:
    assert "/@theo/report/" in reader.get("/@theo/").content.decode()
    answer = reader.post("/@theo/report/", {"ground": "hate"})
    assert (answer.status_code, answer["Location"]) == (302, "/@theo/")
    assert Case.objects.get().person == theo


@pytest.mark.parametrize("blocker", ["me", "them"])
def test_somebody_apart_is_reported_and_not_quoted(
    reader: Client, mai: User, theo: User, words: Post, blocker: str
) -> None:
    one, other = (mai, theo) if blocker == "me" else (theo, mai)
    blocks.block(one, blocked=other)
    assert "/@theo/report/" in reader.get("/@theo/").content.decode()
    address = f"/posts/{words.public_id}/report/"
    assert "Five watches" not in reader.get(address).content.decode()
    assert reader.post(address, {"ground": "hate"}).status_code == 302
    assert Report.objects.filter(case__post=words).exists()


def test_ones_own_has_no_report_in_its_menu(reader: Client, mai: User, words: Post) -> None:
    mine = posts.publish(mai, body="Mine", language="en")
    market = reader.get("/").content.decode()
    assert f"/posts/{words.public_id}/report/" in market
    assert f"/posts/{mine.public_id}/report/" not in market


def test_reporting_too_often_waits_and_keeps_what_was_typed(
    reader: Client, mai: User, words: Post
) -> None:
    cache.clear()
    with override_settings(LIMIT_VISITORS=True):
        for _time in range(limits.REPORTS.most):
            limits.count(limits.REPORTS, mai)
        answer = reader.post(
            f"/posts/{words.public_id}/report/", {"ground": "spam", "words": "typed"}
        )
    cache.clear()
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert "typed</textarea>" in answer.content.decode()
    assert not Report.objects.exists()


def test_a_visitor_signs_in_first(client: Client, words: Post) -> None:
    answer = client.get(f"/posts/{words.public_id}/report/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_whoever_reported_hears_what_came_of_it(mai: User, words: Post) -> None:
    case = reported(mai, post=words)
    decisions.hide(case, by=staff(), ground=Ground.SPAM, words=WORDS)
    reader = Client()
    reader.force_login(mai)
    page = reader.get("/notifications/").content.decode()
    assert "You reported a post by <b>@theo</b>: we have hidden it" in page
