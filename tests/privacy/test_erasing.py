"""Being forgotten: nothing of a person is left anywhere but what the law wants, and nothing else changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import InternalError, connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from accounts import mails
from accounts.models import OutgoingMail, RetiredHandle, User
from catalogue.models import Invitation
from checkout import gateway
from checkout.models import CheckoutSession, Customer, LedgerEntry, Order
from fulfilment.models import Invoice
from partners.models import ApiKey
from privacy import erasures, steps
from privacy.models import Erasure
from shopping.personal import Fate, NotYet, tables, taking_out
from tests.buying import Sandbox
from tests.privacy.everywhere import EMAIL, NAME, NEEDLES, STREET, fill, settle
from tests.shops import Cast
from webhooks.models import Delivery, Event

# Whose rows hold packed or binary texts, which are looked at by their own tests.
AMOUNTS = ("items_total", "delivery_total", "discount_total", "tax_added", "tax_included", "total")


@pytest.fixture
def media(tmp_path: Path, settings: object) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    settings.PRIVATE_ROOT = tmp_path / "private"  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def person(world: Cast, media: Path, sandbox: Sandbox) -> User:
    person = fill(world)
    stripe_id = gateway.create_customer(email=EMAIL, name=NAME, user_id="1", key="c")
    Customer.objects.filter(user=person).update(stripe_id=stripe_id)
    return person


def found(needles: tuple[str, ...] = NEEDLES) -> set[str]:
    """The tables in which a row's text holds one of `needles`, letters large or small."""
    hits = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for needle in needles:
                cursor.execute(
                    f'SELECT 1 FROM "{table}" t WHERE t::text ILIKE %s LIMIT 1', [f"%{needle}%"]
                )
                if cursor.fetchone():
                    hits.add(table)
        cursor.execute("SELECT body FROM partners_storedanswer")
        if any(NAME.encode() in bytes(body) for (body,) in cursor.fetchall()):
            hits.add("partners_storedanswer")
    for session in Session.objects.all():
        if any(needle in str(session.get_decoded()).lower() for needle in needles):
            hits.add("django_session")
    return hits


def files_with(folder: Path) -> list[Path]:
    words = (NAME.encode(), EMAIL.encode(), STREET.encode())
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and any(word in path.read_bytes() for word in words)
    ]


def erase(person: User) -> Erasure:
    erasure = erasures.ask_now(person, by="sam", reason="by letter")
    assert erasures.work()
    assert mails.send_due()
    Erasure.objects.filter(pk=erasure.pk, done_at=None).update(due_at=timezone.now())
    erasures.work()
    return Erasure.objects.get(pk=erasure.pk)


def test_the_person_is_in_every_table_before(person: User) -> None:
    """Else the next test would find nothing of what it does not look at."""
    missing = [t.model._meta.label for t in tables() if t.own and not t.of(person).exists()]
    # Their sealed copy is asked for in the erasure itself.
    assert missing == ["privacy.Erasure"]


def test_nothing_of_them_is_left_but_their_invoice(person: User, media: Path) -> None:
    assert len(files_with(media)) >= 4
    assert len(found()) > 25
    erasure = erase(person)
    assert erasure.last_error == ""
    assert erasure.done_at is not None
    assert found() == {"fulfilment_invoice"}
    assert found((EMAIL,)) == set()
    assert files_with(media) == []


def test_what_the_law_wants_on_an_invoice_stays(person: User) -> None:
    before = Invoice.objects.get()
    erase(person)
    after = Invoice.objects.get()
    assert after.buyer == {**before.buyer, "email": "erased.invalid"}
    assert (after.total, after.lines, after.sequence) == (
        before.total,
        before.lines,
        before.sequence,
    )


def test_orders_and_books_hold_as_they_did(person: User) -> None:
    order = Order.objects.filter(user=person).values(*AMOUNTS, "status", "country", "number")[0]
    entries = list(LedgerEntry.objects.values())
    lines = list(Order.objects.get(user=person).lines.values("title", "total", "quantity"))
    erase(person)
    kept = Order.objects.filter(number=order["number"])
    assert kept.values(*AMOUNTS, "status", "country", "number")[0] == order
    assert list(kept.get().lines.values("title", "total", "quantity")) == lines
    assert list(LedgerEntry.objects.values()) == entries
    assert kept.get().name == "—"
    assert kept.get().email.endswith(".invalid")


def test_what_they_bought_as_a_guest_goes_with_them(person: User) -> None:
    guests = Order.objects.get(user=None, email=EMAIL)
    erase(person)
    guests.refresh_from_db()
    assert (guests.name, guests.line1) == ("—", "—")


def test_what_agents_prepared_keeps_the_goods_that_were_bought_and_no_buyer(person: User) -> None:
    erase(person)
    session = CheckoutSession.objects.get()
    assert session.email == ""
    assert [line["item"] for line in session.wanted["lines"]] == ["T-1"]
    assert session.wanted["destinations"] == []
    told = Delivery.objects.get(endpoint__form="ucp")
    assert (told.status, told.body) == ("failed", "{}")


def test_who_only_says_an_address_has_nothing_of_whose_it_is(world: Cast, media: Path) -> None:
    """Anybody signs up with it; its mails hold links to orders, and invitations into shops."""
    settle(world)
    thief, victim = world.stranger, "victim@people.example"
    User.objects.filter(pk=thief.pk).update(email=victim)
    thief.refresh_from_db()
    EmailAddress.objects.create(user=thief, email=victim, verified=False, primary=True)
    order = Order.objects.filter(user=None, principal="guest:1").first()
    assert order is not None
    Order.objects.filter(pk=order.pk).update(email=victim, name=NAME)
    letter = {"kind": "letter", "to": victim, "subject": "Your order", "text": "/order/secret/"}
    waiting = OutgoingMail.objects.create(
        reference="waits", next_attempt_at=timezone.now() + timedelta(days=1), **letter
    )
    OutgoingMail.objects.create(reference="sent", **letter)
    invited = Invitation.objects.create(
        merchant=world.rayon.merchant,
        email=victim,
        role="editor",
        invited_by=world.rayon.owner,
        expires_at=timezone.now() + timedelta(days=1),
    )
    taken = {t.model for t in tables() if t.own and t.of(thief).exists()}
    assert not taken & {OutgoingMail, Invitation, Order}
    assert erase(thief).done_at is not None
    order.refresh_from_db()
    assert (order.user_id, order.email, order.name) == (None, victim, NAME)
    assert OutgoingMail.objects.filter(pk=waiting.pk).exists()
    invited.refresh_from_db()
    assert invited.email == victim


def test_stripe_forgets_the_customer_and_a_lost_answer_is_asked_for_again(
    person: User, sandbox: Sandbox
) -> None:
    stripe_id = Customer.objects.get(user=person).stripe_id
    sandbox.fault("error", "customers.delete", times=2)
    erasure = erasures.ask_now(person, by="sam", reason="by letter")
    erasures.work()
    erasure = Erasure.objects.get(pk=erasure.pk)
    assert (erasure.done_at, "Stripe" in erasure.last_error) == (None, True)
    # All else is done, and the account is closed.
    assert Customer.objects.filter(user=person).exists()
    assert not User.objects.get(pk=person.pk).is_active
    mails.send_due()
    Erasure.objects.filter(pk=erasure.pk).update(due_at=timezone.now())
    erasures.work()
    assert Erasure.objects.get(pk=erasure.pk).done_at is not None
    assert sandbox.get(f"/v1/customers/{stripe_id}").get("deleted") is True


def test_the_last_mail_goes_out_before_its_address_goes(person: User) -> None:
    erase(person)
    [last] = [each for each in mail.outbox if each.subject == "Your account is deleted"]
    assert last.to == [EMAIL]


def test_nobody_signs_in_or_takes_the_handle(person: User) -> None:
    erase(person)
    gone = User.objects.get(pk=person.pk)
    assert not gone.is_active
    assert not gone.has_usable_password()
    assert gone.handle.startswith("gone_")
    assert RetiredHandle.holds("MAI")
    assert not ApiKey.objects.filter(made_by=person, revoked_at=None).exists()


def test_doing_it_again_changes_nothing(person: User) -> None:
    erase(person)
    handle = User.objects.get(pk=person.pk).handle
    events = list(Event.objects.values_list("pk", "payload"))
    for table in tables():
        steps.take_out(table, User.objects.get(pk=person.pk))
    assert User.objects.get(pk=person.pk).handle == handle
    assert list(Event.objects.values_list("pk", "payload")) == events


# Some of all: each takes seconds.
DYING = [t for t in tables() if t.erase or t.own][::7]


@pytest.mark.parametrize("table", DYING, ids=lambda t: t.model._meta.label)
def test_a_worker_that_dies_is_followed_by_one_that_finishes(
    person: User, table: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of any table."""
    do = steps.take_out
    alive = [True]

    def die(each: object, of: User) -> None:
        if each is table and alive.pop():
            raise SystemExit
        do(each, of)

    monkeypatch.setattr(
        steps, "take_out", lambda each, of: die(each, of) if alive else do(each, of)
    )
    erasure = erasures.ask_now(person, by="sam", reason="by letter")
    with pytest.raises(SystemExit):
        erasures.work()
    mails.send_due()
    # Its lease ends.
    Erasure.objects.filter(pk=erasure.pk).update(due_at=timezone.now())
    assert erasures.work()
    erasure.refresh_from_db()
    assert erasure.done_at is not None
    assert found() == {"fulfilment_invoice"}


def test_what_is_append_only_stays_so(person: User) -> None:
    """Only the columns that may name somebody, only while somebody is taken out, and no row goes."""
    invoice = Invoice.objects.filter(pk=Invoice.objects.get().pk)
    for change in (
        lambda: invoice.update(buyer={}),
        lambda: invoice.delete(),
        lambda: _while_taking_out(lambda: invoice.update(total=1)),
        lambda: _while_taking_out(lambda: invoice.update(buyer={}, total=1)),
        lambda: _while_taking_out(invoice.delete),
        lambda: _while_taking_out(lambda: LedgerEntry.objects.update(amount=0)),
    ):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            change()


def _while_taking_out(change) -> None:
    with taking_out():
        change()


def test_every_step_that_waits_says_so_and_stops_nothing_else(person: User) -> None:
    assert issubclass(NotYet, Exception)
    assert {t.fate for t in tables()} == set(Fate)
