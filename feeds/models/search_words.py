from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func


class SearchWord(models.Model):
    """A word that is found in what is sold or said; feeds.search.spelling learns them."""

    word = models.CharField(max_length=30, primary_key=True)
    # The same without accents, as it is compared.
    plain = models.GeneratedField(
        expression=Func(F("word"), function="etal_unaccent"),
        output_field=models.CharField(max_length=60),
        db_persist=True,
    )
    # Of topics' words that nobody used lately, 0.
    uses = models.PositiveIntegerField()

    class Meta:
        indexes = [
            # Also by its beginning, in the order of bytes.
            models.Index(
                OpClass(F("plain"), name="varchar_pattern_ops"), name="search_word_beginning"
            ),
            GinIndex(fields=["plain"], opclasses=["gin_trgm_ops"], name="search_word_likeness"),
        ]

    def __str__(self) -> str:
        return self.word
