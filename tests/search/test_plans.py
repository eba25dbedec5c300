"""Every search goes by an index, and looks at few rows however many there are."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalogue.models import Merchant
from feeds.search import beginnings, hashtags, people, posts, products, relevance
from feeds.timelines import reader_of
from shopping import matches, queries

NOBODY = reader_of(None, country="FR")
ROWS = 20_000
STRETCH = 1 << matches.STRETCHES[0]
SAID = """
INSERT INTO feeds_post (public_id, author_id, body, language, like_count, reply_count, repost_count,
                        created_at)
SELECT gen_random_uuid(), %s, 'A lamp ' || CASE n % 5000 WHEN 1 THEN 'kintsugi' ELSE 'word' || n END,
       'en', 0, 0, 0, now() FROM generate_series(1, %s) n
"""
CALLED = """
INSERT INTO accounts_user (password, is_superuser, public_id, kind, email, handle, display_name, bio,
                           avatar, locale, is_staff, is_active, created_at)
SELECT '', false, gen_random_uuid(), 'person', n || '@x.example', 'user_' || n, 'Anna Name' || n, '',
       '', 'en', false, true, now() FROM generate_series(1, %s) n
"""
# Without the trigger that would cut the words of each.
SOLD = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE catalogue_product DISABLE TRIGGER keep_words;
WITH made AS (INSERT INTO catalogue_product (public_id, merchant_id, external_id, title, slug, description,
    tags, option_names, currency, status, created_at, updated_at)
SELECT gen_random_uuid(), %s, '', 'Lamp', 'lamp', '', '{}', '{}', 'EUR', 'active', now(), now()
FROM generate_series(1, %s) n RETURNING id)
INSERT INTO catalogue_productwords (product_id, words)
SELECT id, setweight(etal_words('Lamp no' || id || CASE WHEN id % 4000 = 0 THEN ' kintsugi' ELSE '' END), 'A')
       || etal_stretches(id) FROM made;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE catalogue_product ENABLE TRIGGER keep_words;
"""
TAGGED = "INSERT INTO feeds_hashtag (name) SELECT 'tag' || n || 'été' FROM generate_series(1, %s) n"


def fill(statement: str, *values: object, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.replace(" % ", " %% "), values)
        cursor.execute(f"ANALYZE {table}")


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(each for part in plan.get("Plans", []) for each in nodes(part))]


# A text that is prepared has a name, and what is set for one statement stands before it.
SEARCHES = re.compile(r"EXECUTE |.*(?:@@|%>|~>=~)", re.DOTALL)
SET = re.compile(r"\s*SET LOCAL [^;]+;")


@pytest.fixture(autouse=True)
def planned_once(db: None, settings: Any) -> None:
    """As a connection does that has asked often: whatever is asked, by the same plan."""
    settings.PREPARED_STATEMENTS = True
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")


def plans(run: Any) -> list[list[dict[str, Any]]]:
    """The nodes of the plan of each statement of `run` that searches, as they were run."""
    with CaptureQueriesContext(connection) as captured:
        run()
    found = []
    for query in list(captured.captured_queries):
        text = SET.sub("", query["sql"], count=1)
        if SEARCHES.match(text):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {text}", None)
                (plan,) = cursor.fetchone()
            made = plan if isinstance(plan, list) else json.loads(plan)
            found.append(nodes(made[0]["Plan"]))
    return found


def indexes(plan: list[dict[str, Any]]) -> set[str]:
    return {node["Index Name"] for node in plan if "Index Name" in node}


def sequential(plan: list[dict[str, Any]]) -> set[str]:
    return {node["Relation Name"] for node in plan if node["Node Type"] == "Seq Scan"}


def looking(made: list[list[dict[str, Any]]], table: str) -> list[list[dict[str, Any]]]:
    """Those of the plans `made` that look for words in `table`."""
    heap = {"Bitmap Heap Scan", "Seq Scan"}
    named = {"Relation Name": table}
    return [
        plan
        for plan in made
        if any(node | named == node and node["Node Type"] in heap for node in plan)
    ]


def read(plan: list[dict[str, Any]], table: str, *kinds: str) -> tuple[int, int]:
    """How often the nodes of these `kinds` read `table`, and how many rows of it in all."""
    those = [
        node for node in plan if node.get("Relation Name") == table and node["Node Type"] in kinds
    ]
    times = sum(round(node["Actual Loops"]) for node in those)
    return times, round(sum(node["Actual Loops"] * node["Actual Rows"] for node in those))


def test_a_frequent_word_is_looked_for_among_the_newest_posts_alone(theo: User) -> None:
    fill(SAID, theo.pk, ROWS, table="feeds_post")
    query = queries.query("lamp")
    (plan,) = looking(plans(lambda: posts.find(query, reader=NOBODY)), "feeds_post")
    assert "post_words" in indexes(plan)
    assert "feeds_post" not in sequential(plan)
    parts, held = read(plan, "feeds_post", "Bitmap Heap Scan")
    assert parts == 1
    assert STRETCH <= held <= 2 * STRETCH


def test_a_rare_word_is_looked_for_by_its_index_in_few_steps(theo: User) -> None:
    fill(SAID, theo.pk, ROWS, table="feeds_post")
    query = queries.query("kintsugi")
    entries, _more = posts.find(query, reader=NOBODY)
    assert len(entries) == ROWS // 5000
    made = looking(plans(lambda: posts.find(query, reader=NOBODY)), "feeds_post")
    # Once for the word, and once more for what it is the beginning of.
    assert len(made) == 2
    for plan in made:
        assert "post_words" in indexes(plan)
        assert "feeds_post" not in sequential(plan)
        parts, held = read(plan, "feeds_post", "Bitmap Heap Scan")
        assert 2 <= parts <= len(matches.STRETCHES) + 1
        # A stretch may reach into the part before it.
        assert ROWS // 5000 <= held <= 2 * ROWS // 5000


def test_products_are_found_by_index_and_so_many_looked_at(plage: Merchant) -> None:
    fill(SOLD, plage.pk, ROWS, table="catalogue_productwords")
    made = plans(lambda: products.ids(queries.query("lamps"), reader=NOBODY))
    (plan,) = looking(made, "catalogue_productwords")
    assert "product_words" in indexes(plan)
    parts, held = read(plan, "catalogue_productwords", "Bitmap Heap Scan")
    assert parts == 1
    assert held <= 2 * STRETCH
    # Whether a product may be shown is asked of no more than are weighed, and then they are weighed.
    times, _rows = read(plan, "catalogue_product", "Index Scan")
    assert times <= 2 * (relevance.WEIGHED + 1)
    made = plans(lambda: products.ids(queries.query("kintsugi"), reader=NOBODY))
    for plan in looking(made, "catalogue_productwords"):
        assert "product_words" in indexes(plan)
        assert not sequential(plan) & {"catalogue_productwords", "catalogue_product"}


def test_people_are_found_by_index(db: None) -> None:
    fill(CALLED, 5000, table="accounts_user")
    made = plans(lambda: people.find(queries.query("anna"), reader=NOBODY))
    (plan,) = looking(made, "accounts_user")
    assert "user_words" in indexes(plan)
    assert "accounts_user" not in sequential(plan)
    *_words, alike = plans(lambda: people.find(queries.query("nmae4711"), reader=NOBODY))
    assert "user_names" in indexes(alike)
    assert "accounts_user" not in sequential(alike)


def test_hashtags_are_found_by_index(db: None) -> None:
    fill(TAGGED, 5000, table="feeds_hashtag")
    (plan,) = plans(lambda: hashtags.find(queries.query("tag4711"), reader=NOBODY))
    assert {"hashtag_beginning", "hashtag_likeness"} <= indexes(plan)
    assert "feeds_hashtag" not in sequential(plan)


KNOWN = """
INSERT INTO feeds_searchword (word, uses)
SELECT CASE n % 50 WHEN 0 THEN 'lamp' ELSE 'other' END
    || translate(n::text, '0123456789', 'abcdefghij'), n FROM generate_series(1, %s) n
"""


def test_a_beginning_that_is_known_is_asked_as_words(theo: User) -> None:
    """Of an index all that begins so would be read, also what stands in no stretch."""
    fill(KNOWN, 5000, table="feeds_searchword")
    query = beginnings.query("red lam")
    assert ":*" in query.begun
    assert ":*" not in query.sought
    # In the ways of both languages.
    assert beginnings.MOST <= query.sought.count("lamp") <= 2 * beginnings.MOST
    assert ":*" in beginnings.query("red zzz").sought
    (plan,) = plans(lambda: beginnings.query("red lam"))
    assert "search_word_beginning" in indexes(plan)
    assert "feeds_searchword" not in sequential(plan)


@pytest.mark.parametrize("highest", [0, 5, 1023, 1024, 5000, 70_000, 1_000_000])
def test_the_parts_of_all_ids_leave_no_gap(highest: int, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT part.low, part.high, part.power FROM {matches.parts(str(highest))}"
            " WHERE part.high >= 0"
        )
        made = cursor.fetchall()
    assert made[0][1] == highest
    assert made[-1][0] == 0
    for newer, older in pairwise(made):
        assert older[1] == newer[0] - 1
    for low, high, power in made:
        assert low <= high
        # All of it is in two stretches.
        assert not power or (high >> power) - (low >> power) <= 1
