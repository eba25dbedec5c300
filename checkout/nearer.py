"""The waiting times of a test space, moved nearer: reservations, payments and refunds on their way."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F

from checkout.models import Order, Payment, Refund


def bring_nearer(merchant_id: int, *, by: timedelta) -> int:
    """Let the reservations of a test space end sooner by `by`, and what Stripe is asked again be asked
    sooner.

    In the caller's transaction; locks orders, payments, refunds. Only what was placed in that space
    is touched, by the key that no real order has. Returns how many reservations there were.
    """
    held = Order.objects.filter(test_shop_id=merchant_id, reserved_until__isnull=False)
    count = held.update(reserved_until=F("reserved_until") - by)
    # An attempt under way is older by it as well: else it would be waited for in vain.
    tried = Payment.objects.filter(test_shop_id=merchant_id, next_check_at__isnull=False)
    tried.update(next_check_at=F("next_check_at") - by, attempted_at=F("attempted_at") - by)
    waiting = Refund.objects.filter(
        payment__test_shop_id=merchant_id, next_attempt_at__isnull=False
    )
    waiting.update(next_attempt_at=F("next_attempt_at") - by)
    return count
