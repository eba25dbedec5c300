from __future__ import annotations

from django.db import models
from django.db.models import Q

from catalogue.models import Drop
from checkout.models.orders import Order


class DropTicket(models.Model):
    """Somebody's place in the queue of a drop, in the order of keys; docs/adr/0085 says why so.

    Without `turn_until` they wait. A turn that has passed unused is worth nothing, and whoever
    comes again begins anew at the end.
    """

    drop = models.ForeignKey(Drop, on_delete=models.CASCADE, related_name="tickets")
    principal = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)
    # When their page asked last: a turn is given to those who are there to take it.
    seen_at = models.DateTimeField()
    turn_until = models.DateTimeField(null=True, blank=True)
    # When the first order of the turn was placed: its pieces are off the shelf, its turn is free.
    placed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["principal", "drop"], name="drop_ticket_unique"),
            models.CheckConstraint(
                condition=Q(placed_at=None) | Q(turn_until__isnull=False),
                name="drop_ticket_placed_in_a_turn",
            ),
        ]
        indexes = [
            models.Index(
                fields=["drop", "id"], condition=Q(turn_until=None), name="drop_ticket_waiting"
            ),
            models.Index(
                fields=["drop", "turn_until"], condition=Q(placed_at=None), name="drop_ticket_turns"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.principal} · {self.drop_id}"


class DropPurchase(models.Model):
    """Whose an order of a drop is: what its limit a person is counted by.

    A person is known by `principal`, by `email` in its plain form, or by `address`, a digest of
    where it goes; by the address alone only where one of the two orders is a guest's. How many
    pieces the order holds stands in its lines; whose limit it holds unpaid, docs/adr/0091 says.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="drop_purchases")
    drop = models.ForeignKey(Drop, on_delete=models.PROTECT, related_name="purchases")
    principal = models.CharField(max_length=80)
    email = models.EmailField()
    address = models.CharField(max_length=64)
    is_member = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "drop"], name="drop_purchase_unique"),
        ]
        indexes = [
            models.Index(fields=["drop", name], name=f"drop_purchase_by_{name}")
            for name in ("principal", "email", "address")
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.drop_id}"
