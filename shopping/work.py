"""Work that nobody waits for: which queue takes a task, what beat looks for and how often, and
which tasks an event wakes."""

from __future__ import annotations

from celery.schedules import schedule
from kombu import Queue

from shopping.environment import env

# What waits for Stripe waits in a queue of its own, and so does what merchants upload: the queues take
# turns, so that however many files there are, an order waits for one slice of them. A worker takes from
# all; with WORKER_QUEUES (Procfile) each may have one of its own. Subscribers are the courier's to wait
# for.
CELERY_TASK_QUEUES = (Queue("celery"), Queue("stripe"), Queue("imports"))
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_ROUTES = {
    "checkout.*": {"queue": "stripe"},
    "catalogue.sweep_imports": {"queue": "imports"},
    "catalogue.sweep_old_imports": {"queue": "imports"},
    # These ask no stranger.
    "checkout.close_months": {"queue": "celery"},
    "checkout.answer_cart_reply": {"queue": "celery"},
    "checkout.sweep_cart_replies": {"queue": "celery"},
    "checkout.note_purchases_for_event": {"queue": "celery"},
    "checkout.sweep_carts": {"queue": "celery"},
    "checkout.sweep_unsettled": {"queue": "celery"},
    "checkout.check_stock": {"queue": "celery"},
}
# Beat's clock is memory only: each sweep looks at rows, so a missed tick costs one interval. What must
# come also where beat is often started anew has a short one.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
SWEEPS = {
    "checkout.sweep_stripe_events": env.sweep_seconds,
    "checkout.reconcile_stripe_events": 60,
    # Looks whether a day has passed, or somebody has asked; most ticks find nothing to do.
    "checkout.sweep_reconciliation": 60,
    # Once a night; a tick that finds a check under way goes on with it.
    "checkout.check_stock": 300,
    "checkout.sweep_payments": 2 * env.sweep_seconds,
    "checkout.sweep_transfers": 2 * env.sweep_seconds,
    "checkout.sweep_cart_replies": env.sweep_seconds,
    "checkout.sweep_unsettled": 600,
    "checkout.sweep_reservations": 3 * env.sweep_seconds,
    "checkout.sweep_taxes": 2 * env.sweep_seconds,
    "webhooks.sweep_events": env.sweep_seconds,
    "webhooks.sweep_replays": 2 * env.sweep_seconds,
    "webhooks.sweep_attempts": 3600,
    "fulfilment.sweep_paid_orders": env.sweep_seconds,
    "fulfilment.sweep_credit_notes": 3 * env.sweep_seconds,
    "fulfilment.sweep_carrier_messages": 2 * env.sweep_seconds,
    "fulfilment.sweep_old_carrier_messages": 3600,
    "fulfilment.sweep_late_orders": 600,
    "fulfilment.sweep_returns": 3600,
    "catalogue.sweep_reminders": 60,
    "catalogue.sweep_words": env.sweep_seconds,
    "catalogue.sweep_imports": 2 * env.sweep_seconds,
    "catalogue.sweep_old_imports": 3600,
    "catalogue.sweep_stocktakes": 2 * env.sweep_seconds,
    "catalogue.sweep_low_stock": 1800,
    "feeds.sweep_notice_mails": 60,
    "feeds.sweep_notices": 3600,
    # People are told of a drop at most so late.
    "feeds.sweep_drops": 15,
    "feeds.read_interests": 60,
    "feeds.learn_words": 600,
    "feeds.write_views": 60,
    "protocols.sweep_orders": env.sweep_seconds,
    # Who looks for a call of theirs in the log finds it this soon.
    "partners.write_requests": 10,
    "partners.forget": 3600,
    "partners.forget_tokens": 3600,
    "accounts.sweep_mails": 2 * env.sweep_seconds,
    "accounts.sweep_sessions": 3600,
    "feeds.sweep_drafts": 3600,
    "checkout.sweep_carts": 3600,
    "checkout.close_months": 600,
    "desk.keep_days": 600,
    "desk.tell_decided": 60,
    "checkout.sweep_accounts": 60,
}
# A sweep that no worker has begun for so long is dropped: else they would pile up behind slow ones,
# and be caught up on for nothing. Not at its next tick: where workers are busy for longer than an
# interval, none would ever begin.
SWEEP_EXPIRES = 60  # seconds after its next tick
CELERY_BEAT_SCHEDULE = {
    task: {
        "task": task,
        "schedule": schedule(seconds),
        "options": {"expires": SWEEP_EXPIRES + seconds},
    }
    for task, seconds in SWEEPS.items()
}
# Which tasks are woken when an event of a type commits. A task gets the event's id. Each is a
# hint only: a sweep finds what no hint reached.
TELL_PLATFORM = "protocols.tell_platform_for_event"
EVENT_TASKS: dict[str, tuple[str, ...]] = {
    "fulfilment_order.cancelled": (TELL_PLATFORM,),
    "order.cancelled": ("fulfilment.tell_unpaid_for_event", TELL_PLATFORM),
    "order.paid": (
        "fulfilment.open_for_event",
        "checkout.note_purchases_for_event",
        TELL_PLATFORM,
    ),
    "order.refund_failed": (TELL_PLATFORM,),
    "order.refunded": (TELL_PLATFORM,),
    "payment.failed": ("fulfilment.tell_unpaid_for_event",),
    "payment.refunded": ("fulfilment.credit_for_event",),
    **dict.fromkeys(
        (
            *("return.approved", "return.expired", "return.received", "return.refunded"),
            *("return.refused", "return.requested", "return.withdrawn"),
            *("shipment.created", "shipment.updated"),
        ),
        (TELL_PLATFORM,),
    ),
}
