from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
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
    uses = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["plain"], name="search_word_plain"),
            GinIndex(fields=["plain"], opclasses=["gin_trgm_ops"], name="search_word_likeness"),
        ]

    def __str__(self) -> str:
        return self.word
