"""What each process counts and measures. What can be read from the tables is `gauges`' to tell.

Labels have few values: a route is its pattern, never an address; nobody's id is a label.
"""

from __future__ import annotations

from prometheus_client import Counter, Histogram

QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SLOW = (0.01, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
LATE = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0, 86_400.0)

# A route is "-" where the answer came before any view: a kept page, a static file, a refused host.
REQUESTS = Counter(
    "etal_requests_total", "Requests answered by the web.", ["method", "route", "status"]
)
REQUEST_SECONDS = Histogram(
    "etal_request_seconds", "How long a request took.", ["route"], buckets=QUICK
)
TASKS = Counter("etal_tasks_total", "Tasks that ended, by how.", ["task", "outcome"])
TASK_SECONDS = Histogram("etal_task_seconds", "How long a task took.", ["task"], buckets=SLOW)
TASK_WAIT_SECONDS = Histogram(
    "etal_task_wait_seconds", "How long a task waited in its queue.", ["queue"], buckets=LATE
)
PAYMENTS = Counter("etal_payments_total", "Payments that came to a status.", ["outcome"])
STRIPE_CALLS = Counter("etal_stripe_calls_total", "Calls of Stripe's API, by outcome.", ["outcome"])
STRIPE_SECONDS = Histogram(
    "etal_stripe_call_seconds", "How long a call of Stripe's API took.", buckets=QUICK
)
WEBHOOK_ATTEMPTS = Counter(
    "etal_webhook_attempts_total", "Attempts to deliver a webhook, by outcome.", ["outcome"]
)
WEBHOOK_DELAY_SECONDS = Histogram(
    "etal_webhook_delay_seconds",
    "From an event to its delivery, of those delivered.",
    buckets=LATE,
)
HINTS_LOST = Counter("etal_hints_lost_total", "Hints that the broker did not take.")
FEED_READS = Counter(
    "etal_feed_reads_total", "Reads of the feed, by the database that answered.", ["database"]
)
