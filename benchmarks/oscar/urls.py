from django.apps import apps
from django.urls import include, path

from benchmarks.oscar.listing import ListWithPrices

urlpatterns = [
    path("api/products/", ListWithPrices.as_view()),
    path("api/", include("oscarapi.urls")),
    path("", include(apps.get_app_config("oscar").urls[0])),
]
