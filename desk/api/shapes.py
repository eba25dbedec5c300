"""A shop's figures over a range of days, as its overview has them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from desk.best import PostSales, ProductSales
from desk.figures import Figures, Moved, Sales
from partners.shapes import Shape

INTERVALS = ["day"]


class Sums(Shape):
    """Amounts in minor units of the answer's `currency`."""

    orders = serializers.IntegerField(help_text="Paid.")
    units = serializers.IntegerField(help_text="Pieces sold; those that came back stay counted.")
    sales = serializers.IntegerField(help_text="What shoppers paid, with delivery and tax.")
    refunds = serializers.IntegerField(help_text="How many.")
    refunded = serializers.IntegerField()
    disputed = serializers.IntegerField(help_text="Taken by banks, with what that cost.")
    fees = serializers.IntegerField(help_text="Ours.")
    sent = serializers.IntegerField(help_text="Paid out to you.")


class DaySums(Sums):
    date = serializers.DateField()


class RangeSums(Shape):
    """Amounts in minor units of the answer's `currency`."""

    orders = serializers.IntegerField(help_text="Paid.")
    sales = serializers.IntegerField(help_text="What shoppers paid, with delivery and tax.")
    average = serializers.IntegerField(help_text="Of an order.")
    refunds = serializers.IntegerField(help_text="How many.")
    refunded = serializers.IntegerField()
    disputed = serializers.IntegerField(help_text="Taken by banks, with what that cost.")
    fees = serializers.IntegerField(help_text="Ours.")
    sent = serializers.IntegerField(help_text="Paid out to you.")
    views = serializers.IntegerField(help_text="Of posts with your products, by people and day.")
    orders_through_posts = serializers.IntegerField()
    conversion = serializers.FloatField(
        allow_null=True, help_text="Orders through posts, a hundred views; null: nobody saw any."
    )


class ProductSums(Shape):
    product_id = serializers.UUIDField()
    title = serializers.CharField()
    orders = serializers.IntegerField()
    units = serializers.IntegerField()
    sales = serializers.IntegerField(help_text="Goods alone.")
    returned = serializers.IntegerField(help_text="Pieces that were refunded.")
    refunded = serializers.IntegerField()


class PostSums(Shape):
    post_id = serializers.UUIDField()
    author = serializers.CharField(help_text="Their handle.")
    views = serializers.IntegerField()
    orders = serializers.IntegerField()
    units = serializers.IntegerField()
    sales = serializers.IntegerField(help_text="Goods alone.")


# `from` is a word of Python's, and so no name of a class's.
SalesShown = type(
    "SalesShown",
    (Shape,),
    {
        "__doc__": "Days are those of your shop's time zone.",
        "__module__": __name__,
        "from": serializers.DateField(),
        "to": serializers.DateField(),
        "interval": serializers.ChoiceField(choices=INTERVALS),
        "time_zone": serializers.CharField(),
        "currency": serializers.CharField(),
        "currencies": serializers.ListField(
            child=serializers.CharField(),
            help_text="Your shop's own, and those in which something moved.",
        ),
        "units": serializers.IntegerField(help_text="Pieces sold."),
        "totals": RangeSums(),
        "before": RangeSums(help_text="Of as many days before."),
        "days": DaySums(many=True),
        "products": ProductSums(many=True, help_text="The ten that brought in most."),
        "posts": PostSums(
            many=True, help_text="The ten that sold most, and then those that were seen most."
        ),
    },
)


def sales(found: Sales, *, time_zone: str) -> dict[str, Any]:
    overview = found.overview
    span = overview.now.span
    return {
        "from": span.first,
        "to": span.last,
        "interval": "day",
        "time_zone": time_zone,
        "currency": overview.currency,
        "currencies": list(overview.currencies),
        "units": sum(found.units.values()),
        "totals": _range(overview.now),
        "before": _range(overview.before),
        "days": [
            {"date": day, "units": found.units.get(day, 0), **_sums(moved)}
            for day, moved in overview.now.days
        ],
        "products": [_product(each) for each in overview.products],
        "posts": [_post(each) for each in overview.posts],
    }


def _sums(moved: Moved) -> dict[str, int]:
    return {
        "orders": moved.orders,
        "sales": moved.sales,
        "refunds": moved.refunds,
        "refunded": moved.refunded,
        "disputed": moved.disputed,
        "fees": moved.fees,
        "sent": moved.sent,
    }


def _range(figures: Figures) -> dict[str, Any]:
    return {
        **_sums(figures.moved),
        "average": figures.moved.average,
        "views": figures.views,
        "orders_through_posts": figures.through_posts,
        "conversion": figures.conversion,
    }


def _product(row: ProductSales) -> dict[str, Any]:
    return {
        "product_id": str(row.product.public_id),
        "title": row.product.title,
        "orders": row.orders,
        "units": row.pieces,
        "sales": row.sales,
        "returned": row.returned,
        "refunded": row.refunded,
    }


def _post(row: PostSales) -> dict[str, Any]:
    return {
        "post_id": str(row.post.public_id),
        "author": row.post.author.handle,
        "views": row.views,
        "orders": row.orders,
        "units": row.pieces,
        "sales": row.sales,
    }
