"""How PostgreSQL reads pages: by indexes that give them in their order, however much there is.

What is the cheapest in a small database alone is switched off.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, QuerySet

from accounts.models import User
from feeds import timelines
from feeds.models import Hashtag, Post
from feeds.timelines import Posts


@pytest.fixture(autouse=True)
def no_sequential_reads(seeded: list[str]) -> None:
    without("seqscan")


def without(*ways: str) -> None:
    """For the rest of the test's transaction, where there is another way."""
    with connection.cursor() as cursor:
        for way in ways:
            cursor.execute(f"SET LOCAL enable_{way} = off")


def plan(statement: str, parameters: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", parameters)
        return "\n".join(line for (line,) in cursor.fetchall())


def plan_of_page(posts: Posts) -> str:
    reader = User.objects.get(handle="bench_300")
    parameters = posts.parameters | {"viewer": reader.pk, "limit": 3}
    return plan(f"WITH {posts.page('TRUE')} SELECT id FROM page", parameters)


def plan_of(rows: QuerySet[Any, Any]) -> str:
    sql, parameters = rows.query.sql_with_params()
    return plan(sql, parameters)


def test_an_authors_newest_posts_are_not_sorted_out_of_all_of_theirs() -> None:
    said = Post.objects.visible().filter(reply_to=None).values("author")
    busiest = said.annotate(posts=Count("pk")).order_by("-posts", "author")[0]
    assert busiest["posts"] >= 42
    shown = plan_of_page(timelines.by_author(User.objects.get(pk=busiest["author"])))
    assert "Index Scan using post_author_timeline" in shown
    assert "Sort" not in shown


def test_a_hashtags_newest_posts_are_not_sorted_out_of_all_of_its_posts() -> None:
    tag = Hashtag.objects.annotate(named=Count("posts")).latest("named")
    assert tag.named > 42
    without("sort", "bitmapscan")
    shown = plan_of_page(timelines.by_tag(tag.name))
    assert "using tagged_newest" in shown
    assert "Sort" not in shown


def test_people_are_found_by_handle_and_address_in_any_case() -> None:
    assert User.objects.named("BENCH_10").get().handle == "bench_10"
    assert User.objects.get_by_natural_key("Bench_10@SEED.example").handle == "bench_10"
    assert "user_handle_unique" in plan_of(User.objects.named("BENCH_10"))
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(None)
