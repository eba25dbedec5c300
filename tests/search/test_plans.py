"""Every search goes by an index, and looks at few rows however many there are."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalogue.models import Merchant
from feeds.search import hashtags, people, posts, products
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


def plans(run: Any) -> list[list[dict[str, Any]]]:
    """The nodes of the plan of each statement of `run` that searches, as they were run."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        run()
    found = []
    for query in list(captured.captured_queries):
        text = query["sql"]
        if "@@" in text or "~>=~" in text or "%>" in text or " % " in text:
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


def test_a_frequent_word_is_looked_for_among_the_newest_posts_alone(theo: User) -> None:
    fill(SAID, theo.pk, ROWS, table="feeds_post")
    query = queries.query("lamp")
    (plan,) = plans(lambda: posts.find(query, reader=NOBODY))
    assert "post_words" in indexes(plan)
    assert "feeds_post" not in sequential(plan)
    (heap,) = [node for node in plan if node["Node Type"] == "Bitmap Heap Scan"]
    assert STRETCH <= heap["Actual Rows"] <= 2 * STRETCH


def test_a_rare_word_is_looked_for_by_its_index_in_few_steps(theo: User) -> None:
    fill(SAID, theo.pk, ROWS, table="feeds_post")
    query = queries.query("kintsugi")
    entries, _more = posts.find(query, reader=NOBODY)
    assert len(entries) == ROWS // 5000
    made = plans(lambda: posts.find(query, reader=NOBODY))
    # Once for the word, and once more for what it is the beginning of.
    assert 2 < len(made) <= 2 * (len(matches.STRETCHES) + 1)
    for plan in made:
        assert "post_words" in indexes(plan)
        assert "feeds_post" not in sequential(plan)
        (heap,) = [node for node in plan if node["Node Type"] == "Bitmap Heap Scan"]
        assert heap["Actual Rows"] <= ROWS // 5000


def test_products_are_found_by_index_and_so_many_looked_at(plage: Merchant) -> None:
    fill(SOLD, plage.pk, ROWS, table="catalogue_productwords")
    (plan,) = plans(lambda: products.ids(queries.query("lamps"), reader=NOBODY))
    (words,) = [node for node in plan if node.get("Relation Name") == "catalogue_productwords"]
    assert words["Actual Rows"] <= 2 * STRETCH
    # The shop and its account are all that there is in their tables.
    few = {"accounts_user", "catalogue_merchant", "feeds_block", "feeds_mute"}
    assert sequential(plan) <= few | {"catalogue_productwords"}
    for plan in plans(lambda: products.ids(queries.query("kintsugi"), reader=NOBODY)):
        assert "product_words" in indexes(plan)
        assert not sequential(plan) & {"catalogue_productwords", "catalogue_product"}


def test_people_are_found_by_index(db: None) -> None:
    fill(CALLED, 5000, table="accounts_user")
    (plan,) = plans(lambda: people.find("anna", reader=NOBODY))
    assert "user_words" in indexes(plan)
    assert "accounts_user" not in sequential(plan)
    *_words, alike = plans(lambda: people.find("nmae4711", reader=NOBODY))
    assert "user_names" in indexes(alike)
    assert "accounts_user" not in sequential(alike)


def test_hashtags_are_found_by_index(db: None) -> None:
    fill(TAGGED, 5000, table="feeds_hashtag")
    begun, alike = plans(lambda: hashtags.find("tag4711", reader=NOBODY))
    assert "hashtag_beginning" in indexes(begun)
    assert "feeds_hashtag" not in sequential(begun)
    assert "hashtag_likeness" in indexes(alike)
    assert "feeds_hashtag" not in sequential(alike)


@pytest.mark.parametrize("highest", [0, 5, 1023, 1024, 5000, 70_000, 1_000_000])
def test_the_parts_of_all_ids_leave_no_gap(highest: int) -> None:
    made = list(matches.parts(highest))
    assert made[0].high == highest
    assert made[-1].low == 0
    for newer, older in pairwise(made):
        assert older.high == newer.low - 1
    assert len(made) <= len(matches.STRETCHES) + 1
    for part in made:
        assert part.low <= part.high
