"""What a part of an order is found by."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from fulfilment.models.fulfilment_orders import FulfilmentOrder


class PartWords(models.Model):
    """The words of a part, which the database writes when it is opened (by fulfilment_part_words, a
    function of its own): of the order and its lines, which do not change. See fulfilment.searching.
    A table of its own, so that a search reads narrow rows."""

    part = models.OneToOneField(
        FulfilmentOrder, on_delete=models.CASCADE, primary_key=True, related_name="words"
    )
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], fastupdate=False, name="part_words")]

    def __str__(self) -> str:
        return str(self.part_id)
