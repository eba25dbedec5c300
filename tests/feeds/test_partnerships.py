"""Paid partnerships: said by their authors, and read wherever the post is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import OutgoingMail, User
from catalogue.models import Merchant, Product
from feeds import edits, follows, notice_mails, notice_preferences, posts, reposts, timelines
from feeds.articles import articles
from feeds.models import NoticeMail, NoticeType, Post
from feeds.notice_preferences import Choice

KEY = "7655a719-5787-429d-9aa8-334e8934ce1c"
LABEL = '<p class="disclose"><span class="badge">Paid partnership</span></p>'
HTMX = {"HX-Request": "true"}


def paid(author: User, *, body: str = "These shoes!", products: tuple[Product, ...] = ()) -> Post:
    return posts.publish(author, body=body, language="en", products=products, paid_partnership=True)


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def is_labelled(post: Post) -> bool:
    return Post.objects.get(pk=post.pk).paid_partnership


def grow_old(post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(
        created_at=timezone.now() - timedelta(seconds=settings.EDIT_SECONDS)
    )


def test_the_composer_asks_and_nothing_is_ticked_before(reader: Client) -> None:
    page = read(reader, "/posts/new/")
    [box] = [part for part in page.split("<input") if 'name="paid_partnership"' in part]
    assert "checked" not in box.partition(">")[0]
    assert 'aria-describedby="partnership-note"' in box
    assert "For a post that you get something for" in page


def test_forms_that_are_open_beside_each_other_have_their_own_notes(
    reader: Client, mai: User
) -> None:
    for post in [posts.publish(mai, body=body, language="en") for body in ("One", "Other")]:
        form = read(reader, f"/posts/{post.public_id}/edit/")
        for said in (' id="', ' aria-describedby="'):
            assert f'{said}partnership-note-{post.public_id}"' in form


def test_what_is_ticked_is_kept_in_the_draft_and_published(reader: Client, mai: User) -> None:
    half = {"draft": KEY, "whole": "1", "body": "", "paid_partnership": "on"}
    assert reader.post("/posts/draft/", half).status_code == 200
    assert 'id="id_paid_partnership" checked' in read(reader, "/posts/new/")
    # What a form does not show stays as it is: the reply's small one has no such box.
    reader.post("/posts/draft/", {"draft": KEY, "body": "These shoes!"})
    assert 'id="id_paid_partnership" checked' in read(reader, "/posts/new/")
    reader.post("/posts/new/", {**half, "body": "These shoes!"})
    assert Post.objects.get(author=mai).paid_partnership
    assert LABEL in read(reader, "/")


def test_a_tick_taken_away_is_gone(reader: Client, mai: User) -> None:
    whole = {"draft": KEY, "whole": "1", "body": "My own shoes"}
    reader.post("/posts/draft/", {**whole, "paid_partnership": "on"})
    reader.post("/posts/new/", whole)
    assert not Post.objects.get(author=mai).paid_partnership
    assert LABEL not in read(reader, "/")


def test_a_refused_post_keeps_its_tick(reader: Client) -> None:
    answer = reader.post("/posts/new/", {"draft": KEY, "body": "", "paid_partnership": "on"})
    assert answer.status_code == 422
    assert 'id="id_paid_partnership" checked' in answer.content.decode()


def test_a_tick_sent_signed_out_waits_for_the_sign_in(client: Client, mai: User) -> None:
    data = {"draft": KEY, "writer": "mai", "body": "Mine", "paid_partnership": "on"}
    client.post("/posts/new/", data)
    client.force_login(mai)
    assert 'id="id_paid_partnership" checked' in read(client, "/posts/new/")


def test_a_reply_says_that_its_draft_is_labelled(reader: Client, theo: User) -> None:
    subject = posts.publish(theo, body="Which pair?", language="en")
    data = {"draft": KEY, "reply": subject.public_id, "whole": "1", "body": "These"}
    reader.post("/posts/draft/", {**data, "paid_partnership": "on"})
    thread = f"/posts/{subject.public_id}/"
    assert "Your reply is labelled as a paid partnership." in read(reader, thread)
    reader.post(f"{thread}reply/", {"draft": KEY, "body": "These"})
    assert read(reader, thread).count(LABEL) == 1


def test_readers_see_it_wherever_the_post_is_shown(
    client: Client, mai: User, theo: User, corniche: Product
) -> None:
    post = paid(mai, body="These shoes! #summer", products=(corniche,))
    product = f"/products/{corniche.public_id}/{corniche.slug}/"
    thread = f"/posts/{post.public_id}/"
    for address in ("/", "/@mai/", "/tags/summer/", thread, product, f"{thread}history/"):
        assert read(client, address).count(LABEL) == 1, address
    assert 'content="Paid partnership · These shoes!' in read(client, thread)
    reposts.repost(post, user=theo)
    assert read(client, "/@theo/").count(LABEL) == 1


def test_a_quote_shows_the_label_of_what_it_quotes_and_has_its_own(
    client: Client, mai: User, theo: User
) -> None:
    quote = posts.publish(theo, body="Look at this", language="en", quote_of=paid(mai))
    page = read(client, f"/posts/{quote.public_id}/")
    assert LABEL not in page
    within = page.partition('<blockquote class="quoted"')[2].partition("</blockquote>")[0]
    assert '<span class="badge">Paid partnership</span>' in within
    reading = Client()
    reading.force_login(theo)
    own = read(reading, f"/posts/new/?quote={Post.objects.get(author=mai).public_id}")
    assert '<span class="badge">Paid partnership</span>' in own


def test_notices_and_their_mails_say_it(reader: Client, mai: User, theo: User) -> None:
    chosen = Choice(NoticeType.MENTION, on_page=True, mail=NoticeMail.AT_ONCE)
    notice_preferences.choose(mai, [chosen], mails_stopped=False)
    paid(theo, body="For you, @mai")
    assert '<span class="badge">Paid partnership</span> For you' in read(reader, "/notifications/")
    assert notice_mails.send_due() == 1
    letter = OutgoingMail.objects.get()
    assert "[Paid partnership] For you, @mai" in letter.text
    assert "<strong>Paid partnership</strong> · For you, @mai" in letter.html


def test_french_readers_read_it_in_french(client: Client, mai: User) -> None:
    paid(mai)
    page = client.get("/", headers={"Accept-Language": "fr"}).content.decode()
    assert '<span class="badge">Collaboration commerciale</span>' in page


def test_a_promoted_post_keeps_its_own_label_beside_it(plage: Merchant) -> None:
    post = paid(plage.account)
    entry = timelines.one(post, reader=timelines.reader_of(None, country="FR"))
    sponsors = {post.public_id: plage.name}
    page = articles([entry], signed_in=False, sponsors=sponsors)
    labels = page.partition('<span class="badge">Promoted</span>')[2].partition('class="say"')[0]
    assert LABEL in labels


def test_an_edit_adds_it_and_takes_it_back_with_its_history(
    reader: Client, mai: User, theo: User
) -> None:
    follows.follow(theo, followed=mai)
    post = posts.publish(mai, body="These shoes!", language="en")
    edit = f"/posts/{post.public_id}/edit/"
    reader.post(edit, {"body": post.body, "paid_partnership": "1"})
    assert is_labelled(post)
    assert 'name="paid_partnership" value="1" checked' in read(reader, edit)
    reader.post(edit, {"body": post.body})
    assert not is_labelled(post)
    said = [(old.body, old.paid_partnership) for old in post.revisions.all()]
    assert said == [("These shoes!", False), ("These shoes!", True)]
    assert read(reader, f"/posts/{post.public_id}/history/").count(LABEL) == 1


def test_an_edit_that_does_not_speak_of_it_leaves_it(mai: User) -> None:
    post = paid(mai)
    assert edits.edit(post, body="Those shoes!", products=[])
    assert is_labelled(post)


def test_after_its_time_it_is_taken_back_no_more(reader: Client, mai: User) -> None:
    post = paid(mai)
    grow_old(post)
    edit = f"/posts/{post.public_id}/edit/"
    assert reader.post(edit, {"body": post.body}).status_code == 422
    assert reader.post(edit, {"declare": "1"}).status_code == 302
    assert is_labelled(post)
    assert not post.revisions.exists()
    assert "declare" not in read(reader, edit)
    assert edit not in read(reader, f"/posts/{post.public_id}/")


def test_who_forgot_it_says_it_later(reader: Client, mai: User) -> None:
    post = posts.publish(mai, body="These shoes!", language="en")
    grow_old(post)
    edit = f"/posts/{post.public_id}/edit/"
    assert f'href="{edit}"' in read(reader, "/")
    form = read(reader, edit)
    assert "that time is over. You can still label it as a paid partnership" in form
    assert "<textarea" not in form.partition("<main")[2]
    answer = reader.post(f"{edit}?role=first", {"declare": "1", "body": "New"}, headers=HTMX)
    assert LABEL in answer.content.decode()
    post.refresh_from_db()
    assert (post.body, post.paid_partnership) == ("These shoes!", True)
    assert [old.paid_partnership for old in post.revisions.all()] == [False]
    assert edit not in read(reader, "/")


def test_a_post_that_is_gone_is_labelled_no_more(mai: User) -> None:
    post = posts.publish(mai, body="These shoes!", language="en")
    posts.delete(post)
    with pytest.raises(posts.PostRefused):
        edits.declare_partnership(post)


def test_others_label_nothing(reader: Client, theo: User) -> None:
    post = posts.publish(theo, body="These shoes!", language="en")
    assert reader.post(f"/posts/{post.public_id}/edit/", {"declare": "1"}).status_code == 403
    assert not is_labelled(post)


def test_a_repost_has_no_label_of_its_own(mai: User, theo: User) -> None:
    reposts.repost(paid(mai), user=theo)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(repost_of__isnull=False).update(paid_partnership=True)
