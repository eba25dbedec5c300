"""Which address leads where; apps are named by string."""

from django.conf import settings
from django.conf.urls.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from shopping.admin_site import site
from shopping.health import healthz, readyz

urlpatterns = [
    path("healthz/", healthz),
    path("readyz/", readyz),
    # First what is asked for most: each address that is tried before takes its time.
    path("", include("feeds.urls")),
    path("admin/", site.urls),
    path("api/v1/", include(("partners.api.urls", "api"))),
    path("api/v1/", include(("checkout.api.urls", "api_checkout"))),
    path("api/v1/", include(("catalogue.api.urls", "api_catalogue"))),
    path("api/v1/", include(("fulfilment.api.urls", "api_fulfilment"))),
    path("api/v1/test/", include(("fulfilment.api.test_urls", "api_test"))),
    path("api/v1/", include(("webhooks.api.urls", "api_webhooks"))),
    path("api/v1/", include(("desk.api.urls", "api_desk"))),
    path("api/v1/", include(("feeds.api.urls", "api_feeds"))),
    # Behind all that there is of the API.
    path("api/", include("partners.api.nowhere")),
    # An account has one address: with several, whoever registered somebody else's could keep a
    # way in by an address of their own.
    path("accounts/email/", RedirectView.as_view(pattern_name="accounts:account")),
    path("", include("protocols.urls")),
    path("", include("partners.oauth.urls")),
    # Before allauth's pages of the same addresses, which leave out what ours remember.
    path("accounts/2fa/", include("accounts.second_factor_urls")),
    path("accounts/", include("accounts.networks.closed_urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("partners.urls")),
    path("", include("catalogue.urls")),
    path("", include("checkout.urls")),
    path("", include("fulfilment.urls")),
    path("", include("desk.urls")),
    path("", include("privacy.urls")),
]
if settings.DEBUG:
    urlpatterns += [
        path("mails/", include("shopping.mailbox")),
        *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    ]
