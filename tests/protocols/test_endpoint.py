"""What every endpoint of UCP does before its verb: negotiation, signatures, keys, limits, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import path
from pytest_django import Settings

from partners.models import StoredAnswer
from protocols.models import Platform
from protocols.signatures import Message, verify
from protocols.ucp import capabilities, platforms, signing_keys
from protocols.ucp.endpoint import Reply, UcpEndpoint
from protocols.ucp.errors import NoResource
from shopping.limits import Limit
from tests.protocols.conftest import Agent
from tests.protocols.schemas import valid

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]

ERROR = "shopping/types/error_response.json"
done: list[str] = []


class Probe(UcpEndpoint):
    capability = capabilities.CART

    def get(self) -> dict[str, Any]:
        return {"who": str(self.call.platform)}

    def post(self) -> Reply:
        done.append(self.call.key)
        if self.call.body.get("do") == "fall":
            raise RuntimeError("down")
        if self.call.body.get("do") == "nothing":
            raise NoResource("not_found", "There is no such thing.")
        return Reply({"id": str(len(done)), "key": self.call.key}, status=201)


urlpatterns = [path("probe/", Probe.as_view())]


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    done.clear()


def told(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_a_platform_is_met_and_both_say_what_they_can(agent: Agent):
    response = agent.get("/probe/", Request_Id="abc")
    assert response.status_code == 200
    assert response["Request-Id"] == "abc"
    assert response.json() == {
        "ucp": {
            "version": "2026-04-08",
            "status": "success",
            "capabilities": {
                "dev.ucp.shopping.cart": [{"version": "2026-04-08"}],
                "dev.ucp.shopping.discount": [{"version": "2026-04-08"}],
            },
        },
        "who": "Helper",
    }
    assert valid(response.json()["ucp"], "ucp.json#/$defs/response_cart_schema")


def test_a_profile_is_asked_for_once_while_it_is_good(agent: Agent):
    agent.get("/probe/")
    agent.get("/probe/")
    assert agent.server.asked == 1
    Platform.objects.update(fresh_until=None)
    agent.get("/probe/")
    assert agent.server.asked == 2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("max-age=9", 60), ("public, max-age=600", 600), ("max-age=9999999", 86400), ("", 300)],
)
def test_a_profile_is_kept_as_long_as_it_says_within_bounds(
    agent: Agent, header: str, seconds: int
):
    agent.server.headers["Cache-Control"] = header
    agent.get("/probe/")
    kept = Platform.objects.get()
    assert (kept.fresh_until - kept.fetched_at).total_seconds() == seconds


def test_reading_profiles_anew_is_counted_for_nobody_has_signed_yet(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
):
    """Else whoever lets theirs come slowly keeps the few that are read at once from all others."""
    monkeypatch.setattr(platforms, "OLD_PROFILES", Limit("ucp_old_profiles", 1, 600))
    agent.get("/probe/")
    Platform.objects.update(fresh_until=None)
    assert agent.get("/probe/").status_code == 200
    Platform.objects.update(fresh_until=None)
    assert told(agent.get("/probe/")) == (429, "too_many_requests")
    # What was not read anew does not count as fresh: its keys may be others by now.
    assert Platform.objects.get().fresh_until is None
    assert agent.server.asked == 2


def test_a_body_that_was_signed_cannot_be_left_out(agent: Agent):
    headers = agent.signed("POST", "/probe/", b"{}", agent.headers(Idempotency_Key="k"))
    assert told(agent.send("POST", "/probe/", b"", headers)) == (400, "digest_mismatch")
    assert done == []


def test_extensions_without_their_parent_are_left_out(agent: Agent):
    del agent.document["ucp"]["capabilities"]["dev.ucp.shopping.discount"]
    assert list(agent.get("/probe/").json()["ucp"]["capabilities"]) == ["dev.ucp.shopping.cart"]


@pytest.mark.parametrize("entry", [None, [], "yes", [{"version": "2025-01-01"}], [3]])
def test_a_platform_that_has_not_got_it_is_told_so(agent: Agent, entry: Any):
    agent.document["ucp"]["capabilities"]["dev.ucp.shopping.cart"] = entry
    response = agent.get("/probe/")
    assert response.status_code == 200
    assert response.json()["messages"][0]["code"] == "capabilities_incompatible"
    assert valid(response.json(), ERROR)


def test_another_version_is_refused(agent: Agent):
    agent.document["ucp"]["version"] = "2025-01-01"
    assert told(agent.get("/probe/")) == (422, "version_unsupported")


DEEP = pytest.param(b"[" * 100_000, id="deep")
NUL = b'{"ucp": {"version": "2026-04-08"}, "name": "\\u0000"}'


@pytest.mark.parametrize("document", [b"{", b"[]", b"{}", b'{"ucp": {"version": 3}}', NUL])
def test_what_is_no_profile_is_refused(agent: Agent, document: bytes):
    agent.server.document = document
    assert told(agent.get("/probe/")) == (422, "profile_malformed")
    assert not Platform.objects.exists()


def test_a_profile_that_cannot_be_had_is_refused(agent: Agent):
    agent.server.status = 500
    assert told(agent.get("/probe/")) == (424, "profile_unreachable")
    agent.server.status, agent.server.headers = 302, {"Location": agent.server.url}
    assert told(agent.get("/probe/")) == (424, "profile_unreachable")
    agent.server.status, agent.server.headers = 200, {}
    agent.server.document = b" " * 200_000
    assert told(agent.get("/probe/")) == (424, "profile_unreachable")


@pytest.mark.parametrize(
    "header",
    ["", "profile", 'profile="..."', 'profile="ftp://a.example/p"', "profile=3", "é",
     'profile="http://agent.example/p"', 'profile="https://me:word@agent.example/p"'],
)  # fmt: skip
def test_what_names_no_profile_is_refused(agent: Agent, header: str):
    assert told(agent.get("/probe/", UCP_Agent=header)) == (400, "invalid_profile_url")


def test_nothing_inside_our_network_is_asked(agent: Agent, settings: Settings):
    settings.WEBHOOK_PRIVATE_HOSTS = False
    assert told(agent.get("/probe/")) == (424, "profile_unreachable")
    assert agent.server.asked == 0


def test_in_production_no_profile_is_fetched_without_encryption(agent: Agent, settings: Settings):
    settings.DEBUG = False
    assert told(agent.get("/probe/")) == (400, "invalid_profile_url")


def test_a_blocked_platform_is_refused(agent: Agent):
    agent.get("/probe/")
    platforms.set_blocked(Platform.objects.get(), blocked=True)
    assert told(agent.get("/probe/")) == (403, "profile_not_trusted")


def test_new_profiles_are_counted_by_the_network(
    new_agent: Callable[[], Agent], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(platforms, "NEW_PROFILES", platforms.Limit("few_profiles", 1, 600))
    first, second = new_agent(), new_agent()
    assert first.get("/probe/").status_code == 200
    response = second.get("/probe/")
    assert told(response) == (429, "too_many_requests")
    assert int(response["Retry-After"]) > 0
    assert first.get("/probe/").status_code == 200


def test_a_platform_has_so_many_calls(agent: Agent, settings: Settings):
    settings.API_CALLS_A_MINUTE = 0
    response = agent.get("/probe/")
    assert told(response) == (429, "too_many_requests")
    assert int(response["Retry-After"]) > 0


def test_unsigned_calls_are_refused_and_in_development_let_in(agent: Agent, settings: Settings):
    assert told(agent.send("GET", "/probe/", b"", agent.headers())) == (401, "signature_missing")
    settings.UCP_OPEN = True
    assert agent.send("GET", "/probe/", b"", agent.headers()).status_code == 200
    wrong = agent.headers(Signature="sig1=:AA==:", Signature_Input='sig1=();keyid="k"')
    assert agent.send("GET", "/probe/", b"", wrong).status_code == 401


def test_in_development_nobody_needs_a_profile(agent: Agent, settings: Settings):
    settings.UCP_OPEN = True
    named = agent.headers(UCP_Agent='profile="..."; version="2026-04-08"')
    assert agent.send("GET", "/probe/", b"", named).status_code == 200
    newer = agent.headers(UCP_Agent='profile="..."; version="2099-01-01"')
    assert told(agent.send("GET", "/probe/", b"", newer)) == (400, "version_unsupported")


def test_another_body_than_was_signed_is_refused(agent: Agent):
    headers = agent.signed("POST", "/probe/", b"{}", agent.headers(Idempotency_Key="a"))
    assert told(agent.send("POST", "/probe/", b"[]", headers)) == (400, "digest_mismatch")
    headers["Idempotency-Key"] = "b"
    assert told(agent.send("POST", "/probe/", b"{}", headers)) == (401, "signature_invalid")
    assert not done


def test_a_strangers_signature_is_nobodys(new_agent: Callable[[], Agent]):
    agent, stranger = new_agent(), new_agent()
    headers = stranger.signed("GET", "/probe/", b"", agent.headers())
    assert told(agent.send("GET", "/probe/", b"", headers)) == (401, "key_not_found")


def test_the_same_call_gets_the_same_answer_once_done(agent: Agent):
    first = agent.post("/probe/", {"a": 1}, Idempotency_Key="k")
    again = agent.post("/probe/", {"a": 1}, Idempotency_Key="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert len(done) == 1
    assert len(done[0]) == 64


def test_another_body_under_the_same_key_is_a_conflict(agent: Agent):
    agent.post("/probe/", {"a": 1}, Idempotency_Key="k")
    response = agent.post("/probe/", {"a": 2}, Idempotency_Key="k")
    assert told(response) == (409, "idempotency_conflict")
    assert len(done) == 1


def test_keys_of_two_platforms_are_apart(new_agent: Callable[[], Agent]):
    for agent in (new_agent(), new_agent()):
        assert agent.post("/probe/", {}, Idempotency_Key="k").status_code == 201
    assert len(set(done)) == 2


def test_a_call_that_changes_something_needs_a_key(agent: Agent):
    headers = agent.signed("POST", "/probe/", b"{}", agent.headers())
    assert told(agent.send("POST", "/probe/", b"{}", headers)) == (400, "invalid_idempotency_key")


def test_a_fault_of_ours_is_not_kept(agent: Agent):
    for _time in range(2):
        response = agent.post("/probe/", {"do": "fall"}, Idempotency_Key="k")
        assert told(response) == (500, "internal_error")
        assert "down" not in response.content.decode()
    assert len(done) == 2
    assert not StoredAnswer.objects.exists()


def test_what_is_not_there_is_the_protocols_error(agent: Agent):
    response = agent.post("/probe/", {"do": "nothing"})
    assert valid(response.json(), ERROR)


@pytest.mark.parametrize(
    "body", [b"{", b"[]", DEEP, b'{"a": NaN}', b'{"a": "\\ud800"}', b'{"a": "\\u0000"}']
)
def test_a_body_that_is_no_object_is_refused(agent: Agent, body: bytes):
    response = agent.post("/probe/", body)
    assert told(response) == (400, "invalid_request")
    assert not done


def test_a_body_that_is_too_large_is_not_read(agent: Agent):
    assert told(agent.post("/probe/", b" " * 600_000)) == (413, "too_large")


def test_a_method_that_is_not_offered_is_said(agent: Agent):
    response = agent.call("DELETE", "/probe/")
    assert told(response) == (405, "method_not_allowed")
    assert response["Allow"] == "GET, POST"


def test_answers_are_signed_also_when_they_are_said_again(agent: Agent):
    for _time in range(2):
        response = agent.post("/probe/", {}, Idempotency_Key="k")
        headers = {name.lower(): value for name, value in response.items()}
        message = Message(status=201, headers=headers)
        required = ("@status", "content-digest", "content-type")
        keys = signing_keys.published()
        assert verify(message, keys, required=required, now=0) == keys[0]["kid"]
        assert "d" not in keys[0]
