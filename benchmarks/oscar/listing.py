"""Oscar's list of products with price, what is left, and pictures in it, all read ahead."""

from oscar.core.loading import get_class, get_model
from oscarapi.serializers.product import ProductLinkSerializer
from oscarapi.views.product import ProductList
from rest_framework import serializers
from rest_framework.pagination import LimitOffsetPagination

Product = get_model("catalogue", "Product")
Selector = get_class("partner.strategy", "Selector")


class Listed(ProductLinkSerializer):
    price = serializers.SerializerMethodField()
    availability = serializers.SerializerMethodField()

    class Meta(ProductLinkSerializer.Meta):
        fields = (
            *("url", "id", "upc", "title", "description", "structure", "date_created"),
            *("date_updated", "images", "price", "availability"),
        )

    def _info(self, product):
        request = self.context["request"]
        if not hasattr(request, "oscar_strategy"):
            request.oscar_strategy = Selector().strategy(request=request, user=request.user)
        return request.oscar_strategy.fetch_for_product(product)

    def get_price(self, product):
        price = self._info(product).price
        return {"currency": price.currency, "amount": str(price.excl_tax)}

    def get_availability(self, product):
        return getattr(self._info(product).availability, "num_available", None)


class Pages(LimitOffsetPagination):
    default_limit = 20


class ListWithPrices(ProductList):
    queryset = Product.objects.base_queryset().order_by("-pk")
    serializer_class = Listed
    pagination_class = Pages
