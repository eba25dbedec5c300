"""Platforms, as they are met: found by the address of their profile, read anew when it is old."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from protocols.models import Platform
from protocols.ucp import capabilities, profiles
from protocols.ucp.agents import Agent
from protocols.ucp.errors import NoResource, Refusal
from shopping import limits
from shopping.limits import Limit
from webhooks import endpoints

# In development, who shows no profile.
NOBODY = "about:blank"
# Of its endpoint: settings.WEBHOOK_FORMS.
FORM = "ucp"
# How long one call that reads a profile anew is waited for by nobody; the others take the old one.
READING = timedelta(seconds=15)
# Profiles that were never seen before and that one network's address may have us fetch, and those that
# it may have us read anew: nobody has signed anything yet.
NEW_PROFILES = Limit("ucp_new_profiles", 30, 600)
OLD_PROFILES = Limit("ucp_old_profiles", 120, 600)


def of(agent: Agent, *, address: str) -> Platform:
    """Whoever answers at the profile's address; call outside of any transaction, for it may fetch it.

    `address` is the network's, whose new profiles are counted. Raises Refusal: 403 where it is blocked,
    429 for too many that are fetched, and what protocols.ucp.profiles says.
    """
    url = agent.profile_url or NOBODY
    found = _known(url)
    if found is not None and found.blocked:
        raise Refusal(403, "profile_not_trusted", "This platform is not served here.")
    if found is not None and found.is_fresh:
        return found
    # Before it is claimed: a claim that reads nothing would keep an old profile, and its keys, good.
    _count(NEW_PROFILES if found is None else OLD_PROFILES, address)
    if found is not None and not _claim(found):
        return found
    return _keep(url, *_read(url, found))


def negotiated(platform: Platform, *, root: str) -> frozenset[str]:
    """The capabilities of ours that it has too.

    Raises Refusal 422 for another version of the protocol, and NoResource where `root`, which is asked
    for, is not among them. Where settings.UCP_OPEN, one that says nothing of itself has all.
    """
    if not platform.document:
        return capabilities.ALL
    profiles.check_version(platform.document)
    if profiles.is_older(platform.document):
        return capabilities.ALL
    common = capabilities.common(profiles.versions(platform.document))
    if root not in common:
        raise NoResource(
            "capabilities_incompatible",
            f"The platform's profile has no {root} of a version that is spoken here.",
            continue_url=f"{settings.PUBLIC_URL}/",
        )
    return common


def set_blocked(platform: Platform, *, blocked: bool) -> None:
    """Refuse a platform from now on, or serve it again."""
    Platform.objects.filter(pk=platform.pk).update(blocked=blocked)
    platform.blocked = blocked


def _known(url: str) -> Platform | None:
    return Platform.objects.filter(profile_url=url).first()


def _claim(platform: Platform) -> bool:
    """Whether this call is the one that reads the profile anew."""
    old = Platform.objects.filter(Q(fresh_until=None) | Q(fresh_until__lte=Now()), pk=platform.pk)
    return bool(old.update(fresh_until=Now() + READING))


def _count(limit: Limit, address: str) -> None:
    wait = limits.count(limit, address)
    if wait:
        content = f"Too many profiles to read; wait {wait} seconds."
        raise Refusal(429, "too_many_requests", content, headers={"Retry-After": str(wait)})


def _read(url: str, known: Platform | None) -> tuple[dict[str, Any], timedelta]:
    if url == NOBODY:
        return {}, profiles.USUAL
    try:
        return profiles.fetch(url)
    except Refusal:
        if settings.UCP_OPEN:
            return {}, profiles.SHORTEST
        if known is not None:
            # What is known is too old to go by; the next call asks again.
            Platform.objects.filter(pk=known.pk).update(fresh_until=None)
        raise


@transaction.atomic
def _keep(url: str, document: Mapping[str, Any], age: timedelta) -> Platform:
    """Write down what was read. Locks the platform's row."""
    now = timezone.now()
    Platform.objects.bulk_create([Platform(profile_url=url)], ignore_conflicts=True)
    platform = Platform.objects.select_for_update(no_key=True).get(profile_url=url)
    platform.name = profiles.name(document, url)
    platform.document = dict(document)
    platform.fetched_at, platform.fresh_until = now, now + age
    url = profiles.webhook_url(platform.document)
    platform.endpoint = endpoints.point(platform.endpoint, url, form=FORM)
    platform.save(update_fields=["name", "document", "fetched_at", "fresh_until", "endpoint"])
    return platform
