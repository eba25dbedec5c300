from django.urls import path

from fulfilment import views

app_name = "fulfilment"
urlpatterns = [path("orders/<str:token>/tracking/", views.track, name="tracking")]
