from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from catalogue.models.merchants import Merchant
from catalogue.models.products import Category, Product


class ProductWords(models.Model):
    """The words by which a product is found, in a table of their own: no page of it reads them.

    The database keeps them as title, tags and description change, and `catalogue.words` as shop or
    category are renamed; nothing else writes here.
    """

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="words"
    )
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], fastupdate=False, name="product_words")]

    def __str__(self) -> str:
        return str(self.product_id)


class Renaming(models.Model):
    """A shop or a category that has a new name, which its products are not all found by yet.

    The database writes it with the name; `catalogue.words` cuts the words anew and deletes it.
    """

    merchant = models.ForeignKey(Merchant, null=True, on_delete=models.CASCADE, related_name="+")
    category = models.ForeignKey(Category, null=True, on_delete=models.CASCADE, related_name="+")
    # The key of the last product that has its new words.
    reached = models.BigIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(merchant=None) ^ Q(category=None), name="renaming_of_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.merchant or self.category} from {self.reached}"
