"""Nobody speaks for a shop that the operator has suspended."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from catalogue.models import Membership, Merchant
from feeds import authors
from feeds.models import Post


@pytest.mark.parametrize(
    ("status", "speaks"),
    [
        (Merchant.Status.ACTIVE, True),
        (Merchant.Status.PENDING, True),
        (Merchant.Status.SUSPENDED, False),
    ],
)
def test_an_owner_speaks_for_an_open_shop_alone(
    reader: Client, mai: User, plage: Merchant, status: str, *, speaks: bool
) -> None:
    Membership.objects.create(user=mai, merchant=plage, role=Membership.Role.OWNER)
    Merchant.objects.filter(pk=plage.pk).update(status=status)
    reader.post("/posts/new/", {"author": plage.account_id, "body": "We are open."})
    assert Post.objects.filter(author=plage.account).exists() is speaks
    assert authors.may_speak_for(mai, plage.account) is speaks
    assert authors.may_speak_for(mai, mai)
