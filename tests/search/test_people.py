"""Which people and hashtags a search finds, and what it takes a slip for."""

from __future__ import annotations

from itertools import chain

import pytest

from accounts.models import User
from catalogue.models import Merchant
from feeds import blocks, follows, posts
from feeds.models import Post, SearchWord
from feeds.search import hashtags, pages, people, results, spelling
from feeds.search.pages import Cursor
from feeds.timelines import reader_of
from shopping import queries
from tests.market import person, product

NOBODY = reader_of(None, country="FR")
NAMES = {
    "mai": "Maï Lefort",
    "theo": "Théo Marin",
    "maelle": "Maëlle Le Goff",
    "jp_durand": "Jean-Pierre Durand",
    "marie": "Marie",
}
RELEVANCE = [
    ("mai", ["mai"]),
    ("@MAI", ["mai"]),
    ("Maï lef", ["mai"]),
    ("lefort mai", ["mai"]),
    ("theo", ["theo"]),
    ("THÉO", ["theo"]),
    ("mari", ["marie", "theo"]),
    ("marie", ["marie"]),
    ("ma", ["marie", "maelle", "theo", "mai"]),
    ("le", ["maelle", "mai"]),
    ("durand", ["jp_durand"]),
    ("jean-pierre", ["jp_durand"]),
    ("jp_durand", ["jp_durand"]),
    ("pierre d", ["jp_durand"]),
    ("leffort", ["mai"]),
    ("theo marni", ["theo"]),
    ("-theo", ["theo"]),
    ("xyzzy", []),
    ("", []),
    ("@", []),
    ("🙂", []),
    ("'\\%_", []),
]


def found(typed: str, *, user: User | None = None) -> list[str]:
    them, _more = people.find(queries.query(typed), reader=reader_of(user, country="FR"))
    return [each.handle for each in them]


def test_what_is_typed_and_who_is_found(db: None) -> None:
    for handle, name in NAMES.items():
        person(handle, name)
    assert {typed: found(typed) for typed, _who in RELEVANCE} == dict(RELEVANCE)


def test_whom_one_follows_and_whom_many_follow_come_first(mai: User, theo: User) -> None:
    first, second, third = (person(f"anna_{n}", "Anna") for n in range(3))
    assert found("anna") == [third.handle, second.handle, first.handle]
    follows.follow(theo, followed=first)
    assert found("anna") == [first.handle, third.handle, second.handle]
    follows.follow(mai, followed=second)
    assert found("anna", user=mai)[0] == second.handle


def test_whoever_is_called_just_so_comes_first_however_accented(db: None) -> None:
    person("zoe_1", "Zoë")
    person("zoe_2", "Zoë Quinn")
    assert found("Zoë") == found("zoe") == ["zoe_1", "zoe_2"]


def test_whoever_has_the_handle_comes_first_and_once(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "WEIGHED", 4)
    person("anna", "Anna")
    for number in range(6):
        person(f"anna_{number}", "Anna")
    cursor, shown = None, []
    while True:
        them, following = people.find(queries.query("anna"), reader=NOBODY, cursor=cursor, size=3)
        shown.append([each.handle for each in them])
        if not following:
            break
        cursor = Cursor.of(following)
    assert shown[0] == ["anna", "anna_5", "anna_4"]
    assert sorted(chain.from_iterable(shown)) == [
        "anna",
        *(f"anna_{number}" for number in range(6)),
    ]
    assert all(len(page) <= 3 for page in shown)


TAGS = ["été", "etendue", "lampe", "lampadaire", "savon_noir", "vide"]
TAGGED = [
    ("ete", ["été", "etendue"]),
    ("#Été", ["été", "etendue"]),
    ("lamp", ["lampadaire", "lampe"]),
    ("savon noir", ["savon_noir"]),
    ("savon_", ["savon_noir"]),
    ("lampde", ["lampe"]),
    ("_", []),
    ("%", []),
    ("", []),
    ("vid", []),
]


def test_hashtags_by_their_beginning_and_by_likeness(theo: User) -> None:
    for tag in TAGS:
        made = posts.publish(theo, body=f"Look: #{tag}", language="en")
    posts.delete(made)
    found_tags = {
        typed: hashtags.find(queries.query(typed), reader=NOBODY) for typed, _tags in TAGGED
    }
    assert {typed: tags[: len(dict(TAGGED)[typed])] for typed, tags in found_tags.items()} == dict(
        TAGGED
    )
    assert all("vide" not in tags for tags in found_tags.values())


MEANT = [
    ("lmape", "lampe"),
    ("Lampr", "lampe"),
    ("lamppe", "lampe"),
    ("serveittes rouges", "serviettes rouges"),
    # By its stem it finds them as it is.
    ("servietes", None),
    ("serviette lmape", "serviette lampe"),
    ("rayee", None),
    ("lampe", None),
    ("xyzzyx", None),
    ("lqmpe", "lampe"),
    ("lampes", None),
    ("Lampés", None),
    ("chaisse", "chaise"),
    ("foteuil", "fauteuil"),
    ("liens", None),
    ("lmp", None),
    ("", None),
]


@pytest.mark.parametrize(("typed", "meant"), MEANT)
def test_a_slip_is_taken_for_the_word_that_was_meant(
    plage: Merchant, typed: str, meant: str | None
) -> None:
    product(plage, "Lampe rayée", price=100)
    product(plage, "Serviettes", price=100)
    product(plage, "Serviette", price=100)
    spelling.learn()
    assert spelling.corrected(typed) == meant


def test_a_word_that_is_known_in_another_form_is_not_spelt_in_the_other_language(
    plage: Merchant,
) -> None:
    """ "lamps" is as near to "lampes" as "lampe" is, and sold more."""
    for title in ("Lampe", "Lamps of brass", "Lamps of steel"):
        product(plage, title, price=100)
    spelling.learn()
    assert spelling.corrected("lampes") is None
    assert spelling.corrected("lanpe") == "lampe"


def test_french_is_learnt_beside_much_english(theo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        posts.publish(person(f"f{number}", "F"), body=f"{number} kintsugi", language="fr")
    monkeypatch.setattr(
        spelling, "LEARNT", spelling.LEARNT.replace(str(spelling.NEWEST_POSTS), "3")
    )
    for number in range(5):
        posts.publish(theo, body=f"Hello {number}", language="en")
    spelling.learn()
    assert spelling.corrected("kintsgui") == "kintsugi"


def by_three(body: str) -> list[Post]:
    """A post each of three people, newer ones than all others."""
    return [
        posts.publish(person(f"p{n}", "P"), body=f"{n} {body}", language="en") for n in range(3)
    ]


def test_words_of_posts_are_learnt_from_several_and_forgotten_with_them(theo: User) -> None:
    said = by_three("kintsugi #kintsugi")
    posts.publish(theo, body="A kintsukuroi", language="en")
    spelling.learn()
    assert spelling.corrected("kintsgui") == "kintsugi"
    assert spelling.corrected("kintsukuori") != "kintsukuroi"
    posts.delete(said[0])
    spelling.learn()
    assert spelling.corrected("kintsgui") is None


def test_what_one_person_says_again_and_again_is_suggested_to_nobody(theo: User) -> None:
    for number in range(5):
        posts.publish(theo, body=f"{number} Lefortin lives here", language="en")
    spelling.learn()
    assert not SearchWord.objects.filter(word="lefortin").exists()


def test_what_suspended_people_say_is_suggested_to_nobody(db: None) -> None:
    said = by_three("kintsugi")
    User.objects.filter(pk=said[0].author_id).update(is_active=False)
    spelling.learn()
    assert spelling.corrected("kintsgui") is None


def test_a_word_that_grows_without_its_ligatures_keeps_nobody_from_learning(
    plage: Merchant,
) -> None:
    product(plage, "Lampe " + "\ufb03" * 30, price=100)
    spelling.learn()
    assert SearchWord.objects.filter(word="lampe").exists()


def test_a_word_is_suggested_only_to_whom_it_finds_something(mai: User) -> None:
    said = by_three("kintsugi")
    spelling.learn()
    for post in said:
        blocks.block(mai, blocked=post.author)
    hers = results.find("kintsgui", kind="posts", reader=reader_of(mai, country="FR"))
    assert (hers.shown_for, hers.meant, hers.count) == ("", "", 0)
    posts.publish(mai, body="My kintsgui", language="en")
    hers = results.find("kintsgui", kind="posts", reader=reader_of(mai, country="FR"))
    assert (hers.meant, hers.count) == ("", 1)
    theirs = results.find("kintsgui", kind="posts", reader=NOBODY)
    assert (theirs.meant, theirs.count) == ("kintsugi", 1)
