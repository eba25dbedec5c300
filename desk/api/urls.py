from django.urls import path

from desk.api.sales import SalesEndpoint

urlpatterns = [path("analytics/sales/", SalesEndpoint.as_view())]
