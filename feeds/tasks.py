from __future__ import annotations

from celery import shared_task

from feeds import (
    drafts,
    drop_notices,
    interests,
    notice_mails,
    notifications,
    pictures,
    post_views,
)
from feeds.search import spelling
from shopping.hints import begun, wake_soon


@shared_task(name=notifications.MAILER)
def sweep_notice_mails() -> None:
    """Write what is due of mails about notices; woken by those at once, swept by beat."""
    begun(notifications.MAILER)
    if notice_mails.send_due() == notice_mails.BATCH:
        wake_soon(notifications.MAILER)


@shared_task(name="feeds.sweep_notices")
def sweep_notices() -> None:
    """Delete what was read long ago."""
    while notifications.forget() == notifications.SWEPT:
        pass


@shared_task(name="feeds.sweep_drafts")
def sweep_drafts() -> None:
    """Delete old drafts, and the pictures that nothing shows any more."""
    drafts.sweep()
    while pictures.sweep() >= pictures.BATCH:
        pass


@shared_task(name="feeds.sweep_drops")
def sweep_drops() -> None:
    """Tell everybody of the drops that they wait for."""
    while drop_notices.tell() == drop_notices.BATCH:
        pass


@shared_task(name=interests.READER)
def read_interests() -> None:
    """Look at what everybody does in public who is due; woken by what they do, swept by beat."""
    begun(interests.READER)
    while interests.read_due() == interests.BATCH:
        pass


@shared_task(name="feeds.learn_words")
def learn_words() -> None:
    """Learn the words that a search may have meant."""
    spelling.learn()


@shared_task(name="feeds.write_views")
def write_views() -> None:
    """Write down by how many the posts were seen."""
    post_views.write()
