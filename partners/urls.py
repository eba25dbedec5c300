from django.urls import path

from partners import views

app_name = "partners"
urlpatterns = [
    path("developers/", views.developers, name="developers"),
    path("developers/walkthrough/", views.walkthrough, name="walkthrough"),
    path("developers/errors/", views.errors, name="errors"),
    path("developers/reference/<slug:noun>/", views.noun, name="noun"),
]
