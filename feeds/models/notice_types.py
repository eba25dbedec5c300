from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeType(models.TextChoices):
    """What somebody may be told of, what matters most first."""

    ORDER = "order", _("your orders")
    CART = "cart", _("answers to #cart")
    DROP = "drop", _("drops that you wait for")
    MODERATION = "moderation", _("decisions about you and your posts")
    ACCOUNT = "account", _("your data and your account")
    REPORT = "report", _("what came of your reports")
    MENTION = "mention", _("mentions")
    REPLY = "reply", _("replies")
    QUOTE = "quote", _("quotes")
    REPOST = "repost", _("reposts")
    FOLLOW = "follow", _("new followers")
    LIKE = "like", _("likes")


# What people do, as against what happens to one's purchases and account.
SOCIAL = (
    NoticeType.MENTION,
    NoticeType.REPLY,
    NoticeType.QUOTE,
    NoticeType.REPOST,
    NoticeType.FOLLOW,
    NoticeType.LIKE,
)
# What is mailed together with other notices; the mails about the rest their own verbs write.
MAILED = (NoticeType.REPORT, *SOCIAL)
# Told by one notice a post while it is unread.
GATHERED = (NoticeType.LIKE, NoticeType.REPOST)


class NoticeMail(models.TextChoices):
    """When a mail says so too."""

    NEVER = "never", _("Never")
    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
