from __future__ import annotations

from celery import shared_task

from partners import answers, request_log


@shared_task(name="partners.write_requests")
def write_requests() -> None:
    request_log.write()


@shared_task(name="partners.forget")
def forget() -> None:
    answers.forget_old()
    request_log.forget_old()
