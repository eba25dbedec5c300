from django.urls import path
from django.views.generic import RedirectView

from accounts import second_factor_views

urlpatterns = [
    path("", second_factor_views.Index.as_view()),
    path("totp/activate/", second_factor_views.AddApp.as_view()),
    path("recovery-codes/generate/", second_factor_views.NewCodes.as_view()),
    path("webauthn/add/", second_factor_views.AddPasskey.as_view()),
    # One page lists all of them.
    path("webauthn/", RedirectView.as_view(pattern_name="mfa_index")),
]
