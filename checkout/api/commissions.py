"""Commissions: what a partner is credited with, and what they are owed. Reads only."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import partner_accounts
from checkout.api import commission_shapes
from checkout.api.commission_shapes import Balances, CommissionShown
from partners import paging, queries
from partners.api import Endpoint
from partners.models import Partner
from partners.problems import Problem

NAME = "commissions"


class PartnersEndpoint(Endpoint):
    """For a partner's own keys and apps: nobody else can have their scope."""

    scopes = {"GET": "commissions:read"}

    def check_caller(self, request: Request) -> None:
        super().check_caller(request)
        if not self.caller.live:
            said = _("A test key or token sees nothing that is real.")
            raise Problem(403, "live_key_needed", said)

    @property
    def partner(self) -> Partner:
        """Whose sales these are; every read goes through it."""
        assert self.caller.partner is not None  # noqa: S101 - the scope is partners' alone
        return self.caller.partner


class Commissions(PartnersEndpoint):
    shape = CommissionShown
    paged = True
    filters = frozenset({"paid_since", "shop_id"})

    @extend_schema(
        operation_id="commissions_list",
        summary="List the sales that you brought",
        description="Lines of paid orders that you are credited with, whether you placed the order or a"
        " link of yours led to it; the newest order first. `due` is what the books owe you of a line now,"
        " and changes with what goes back. Who bought is not told.",
        parameters=[
            OpenApiParameter(
                "paid_since", str, description="Paid at this moment or later, RFC 3339."
            ),
            OpenApiParameter("shop_id", str, description="Sold by this shop."),
        ],
        responses={200: CommissionShown(many=True)},
        examples=[commission_shapes.LINE],
    )
    def get(self, request: Request) -> Response:
        at = paging.place(request, name=NAME)
        found = partner_accounts.lines(
            self.partner.pk,
            before=at.after,
            paid_since=queries.moment(request, "paid_since"),
            shop_id=queries.id_of(request, "shop_id"),
            most=at.limit + 1,
        )
        return self.page(found, at, show=commission_shapes.line)


class CommissionBalances(PartnersEndpoint):
    shape = Balances

    @extend_schema(
        operation_id="commission_balances_list",
        summary="What you brought and are owed",
        description="A sum for each shop and currency, by the shops' names: what was paid for the goods, and"
        " what the books owe you of it. It is paid out as you agreed with the operator, and not by Étal.",
        responses={200: Balances},
        examples=[commission_shapes.BALANCES],
    )
    def get(self, request: Request) -> Response:
        found = partner_accounts.brought(self.partner.pk)
        return self.one({"data": [commission_shapes.balance(each) for each in found]})
