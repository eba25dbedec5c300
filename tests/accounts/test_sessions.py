"""Sessions whose meaning is remembered: each is read as it stands, and nobody's becomes another's."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session

from accounts.sessions import SessionStore

pytestmark = pytest.mark.django_db


def stored(**what: object) -> str:
    session = SessionStore()
    session.update(what)
    session.save()
    assert session.session_key
    return session.session_key


def test_what_one_request_changes_in_its_place_is_not_anothers() -> None:
    key = stored(methods=["password"])
    first = SessionStore(key)
    first["methods"].append("never saved")
    assert SessionStore(key)["methods"] == ["password"]


def test_what_was_saved_is_read_at_once_and_what_was_ended_never_again() -> None:
    key = stored(step=1)
    assert SessionStore(key)["step"] == 1
    changed = SessionStore(key)
    changed["step"] = 2
    changed.save()
    assert SessionStore(key)["step"] == 2
    SessionStore(key).delete()
    assert dict(SessionStore(key).items()) == {}


def test_a_session_whose_signature_is_not_ours_says_nothing() -> None:
    key = stored(who="mai")
    Session.objects.filter(pk=key).update(session_data="forged:1abc:signature")
    ended = SessionStore(key)
    assert list(ended.keys()) == []
