import os
from typing import Any

from celery import Celery, signals
from django.db import close_old_connections

from shopping import errands
from shopping.monitoring import tasks, workers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopping.settings")

app = Celery("shopping")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
tasks.watch()
workers.watch()


@signals.task_prerun.connect
def errand_has_begun(task: Any, **_: object) -> None:
    """From now on beat may ask for the same sweep again; see shopping.beat."""
    if not task.request.is_eager:
        errands.begun(task.name)


@signals.task_prerun.connect
@signals.task_postrun.connect
def check_connections(task: Any, **_: object) -> None:
    """Around a task as around a request: a connection that is broken or old is not used again.

    Celery alone would open one for each task, which costs more than most of our tasks
    (CELERY_DB_REUSE_MAX keeps it from that).
    """
    if not task.request.is_eager:
        close_old_connections()
