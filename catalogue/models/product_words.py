from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from catalogue.models.products import Product


class ProductWords(models.Model):
    """The words by which a product is found, in a table of their own: no page of it reads them.

    The database keeps them as title, tags, description and the names of shop and category change;
    nothing else writes here.
    """

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="words"
    )
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], fastupdate=False, name="product_words")]

    def __str__(self) -> str:
        return str(self.product_id)
