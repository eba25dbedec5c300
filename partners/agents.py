"""Who a buying agent is: one row, whichever of its keys, tokens or protocols it comes with."""

from __future__ import annotations

from partners.callers import Caller
from partners.models import Agent, Application, Consent, Partner

# Scopes that let a caller do what agents do; each protocol has its own names for it.
CARTS = frozenset({"agent_checkout:write", "dev.ucp.shopping.cart:manage"})
CHECKOUT = frozenset({"agent_checkout:write", "dev.ucp.shopping.checkout:manage"})
ORDERS = frozenset({"agent_checkout:write", "dev.ucp.shopping.order:read"})
# By which an app can spend what is its giver's: these have an allowance.
SPENDING = CHECKOUT | {"purchases:write"}


def of_partner(partner: Partner) -> Agent:
    """The agent that `partner` is, made at its first call."""
    return _known(f"partner:{partner.public_id}", partner.name)


def met(partner: Partner) -> Agent | None:
    """The agent that `partner` is, where it has ever called as one."""
    return Agent.objects.filter(known_by=f"partner:{partner.public_id}").first()


def partner_of(agent: Agent) -> Partner | None:
    """The partner that an agent is, whichever key or app it came with."""
    kind, _colon, public_id = agent.known_by.partition(":")
    return Partner.objects.filter(public_id=public_id).first() if kind == "partner" else None


def of_application(application: Application) -> Agent:
    """The agent behind an app: its partner, or the app itself where it is a shop's."""
    if application.partner is not None:
        return of_partner(application.partner)
    return _known(f"app:{application.public_id}", application.name)


def of_profile(profile: str, *, name: str) -> Agent:
    """The platform whose profile stands at `profile` (at most 500 characters), which the caller has
    read; made at first sight."""
    return _known(f"profile:{profile}", name)


def of_caller(caller: Caller) -> Agent | None:
    """The agent that calls; None for a shop's own key."""
    if caller.partner is not None:
        return of_partner(caller.partner)
    consent = consent_of(caller)
    return of_application(consent.application) if consent is not None else None


def consent_of(caller: Caller) -> Consent | None:
    """The consent of the person for whom `caller` acts; None where it acts for no person."""
    if caller.shopper is None:
        return None
    public_id = caller.principal.removeprefix("app:")
    found = Consent.objects.select_related("application__partner", "user")
    return found.filter(public_id=public_id, merchant=None).first()


def _known(known_by: str, name: str) -> Agent:
    """The row, with the name that it has now."""
    shown = name[:80]
    agent, _made = Agent.objects.get_or_create(known_by=known_by, defaults={"name": shown})
    if agent.name != shown:
        Agent.objects.filter(pk=agent.pk).update(name=shown)
        agent.name = shown
    return agent
