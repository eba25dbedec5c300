from django.urls import path

from partners.oauth import bounds, consent, endpoints, metadata

app_name = "oauth"
urlpatterns = [
    path("oauth/authorize/", consent.authorize, name="authorize"),
    path("oauth/token/", endpoints.token, name="token"),
    path("oauth/revoke/", endpoints.revoke, name="revoke"),
    path("oauth/introspect/", endpoints.introspect, name="introspect"),
    path("oauth/apps/<uuid:public_id>/end/", consent.end, name="end"),
    path("oauth/consents/<uuid:public_id>/bounds/", bounds.change, name="bounds"),
    path(".well-known/oauth-authorization-server", metadata.authorization_server, name="metadata"),
    path(".well-known/oauth-protected-resource", metadata.protected_resource, name="resource"),
]
