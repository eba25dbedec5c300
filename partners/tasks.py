from __future__ import annotations

from celery import shared_task

from partners import answers, grants, request_log


@shared_task(name="partners.write_requests")
def write_requests() -> None:
    request_log.write()


@shared_task(name="partners.forget")
def forget() -> None:
    answers.forget_old()
    request_log.forget_old()


@shared_task(name="partners.forget_tokens")
def forget_tokens() -> None:
    """Delete the codes and tokens that are good for nothing any more."""
    while grants.forget_expired():
        pass
