"""Who posts in a shop's name is what the one table of roles says, in the form and in the verb."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from catalogue.models import Membership, Merchant
from catalogue.roles import ROLES, Capability
from feeds import authors
from feeds.models import Post


@pytest.mark.parametrize(
    ("role", "speaks"),
    [("owner", True), ("editor", True), ("fulfilment", False), ("read_only", False)],
)
def test_a_role_posts_for_its_shop_or_does_not(
    reader: Client, mai: User, plage: Merchant, role: str, *, speaks: bool
) -> None:
    Membership.objects.create(user=mai, merchant=plage, role=role)
    reader.post("/posts/new/", {"author": plage.account_id, "body": "We are open."})
    assert Post.objects.filter(author=plage.account).exists() is speaks
    assert authors.may_speak_for(mai, plage.account) is speaks
    assert (Capability.POST in ROLES[role]) is speaks
