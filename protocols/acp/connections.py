"""How an agent is spoken to by ACP: set by the operator, with the endpoint that its events go to."""

from __future__ import annotations

from django.db import transaction

from partners.models import Partner
from protocols.models import AcpConnection
from webhooks import endpoints
from webhooks.addresses import validate_address
from webhooks.models import Endpoint

FORM = "acp"


@transaction.atomic
def connect(
    partner: Partner,
    *,
    request_secret: str = "",
    events_url: str = "",
    events_secret: str = "",
    active: bool = True,
) -> AcpConnection:
    """Keep how `partner` is spoken to; what is empty is not done.

    Raises ValidationError for an address that will not do, and for events without a secret.
    """
    row = AcpConnection.objects.select_for_update(no_key=True).filter(partner=partner).first()
    row = row or AcpConnection(partner=partner)
    row.request_secret, row.active = request_secret, active
    row.events_url, row.events_secret = events_url, events_secret
    if events_url:
        validate_address(events_url)
    row.full_clean(exclude=["partner", "endpoint"])
    row.endpoint = endpoints.point(row.endpoint, events_url, form=FORM)
    if row.endpoint is not None and events_secret:
        Endpoint.objects.filter(pk=row.endpoint.pk).update(secret=events_secret)
    row.save()
    return row
