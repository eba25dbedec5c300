"""What endpoints refuse with is a verb's own error: nobody is told what Django or the database said."""

from __future__ import annotations

from django.urls import get_resolver

from partners.error_words import _endpoints

FOREIGN = ("django.", "psycopg", "rest_framework.", "builtins")


def test_each_refusal_is_an_error_of_ours():
    foreign = {
        f"{view.__name__}: {error.__module__}.{error.__name__}"
        for view in _endpoints(get_resolver())
        for error in view.refusals
        if error.__module__.startswith(FOREIGN)
    }
    assert foreign == set()
