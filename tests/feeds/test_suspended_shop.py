"""Nobody speaks for a shop that the operator has suspended."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from catalogue import merchants
from catalogue.merchants import MerchantError
from catalogue.models import Membership, Merchant
from feeds import authors, decisions
from feeds.models import Post
from tests.feeds.moderating import staff, suspended


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


def test_a_shop_whose_profile_is_suspended_is_activated_by_lifting_that_alone(
    plage: Merchant,
) -> None:
    ana = staff()
    case = suspended(plage.account, by=ana).case
    with pytest.raises(MerchantError, match="Lift the suspension in its case"):
        merchants.activate(plage, actor=ana)
    plage.refresh_from_db()
    assert (plage.status, plage.sells) == (Merchant.Status.SUSPENDED, False)
    decisions.lift(case, by=ana)
    plage.refresh_from_db()
    assert plage.sells
    assert User.objects.get(pk=plage.account_id).is_active
