"""Two shops, everybody who works for them, and an order that buys from both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts import addresses
from accounts.models import LinkedAccount, OutgoingMail, User
from catalogue import products, stocktakes
from catalogue.models import (
    Category,
    Drop,
    EmbedOrigin,
    Import,
    Invitation,
    Membership,
    Merchant,
    PartnerAgreement,
    Product,
    ShippingRate,
    TaxRate,
    Variant,
)
from catalogue.products import NewVariant
from checkout.models import (
    Customer,
    Dispute,
    LedgerTransaction,
    Mention,
    Offer,
    Order,
    OrderDelivery,
    OrderEvent,
    OrderLine,
    Payment,
    ReconciliationFinding,
    ReconciliationRun,
    Refund,
    SavedCard,
    StripeEvent,
    Transfer,
    TransferReversal,
)
from desk.models import Application
from feeds import appeals, decisions, reports
from feeds.models import CartReply, Ground, NoticeType, Notification, Post, ProductCard, Promotion
from fulfilment import connections, invoices, return_photos
from fulfilment.models import (
    CarrierConnection,
    FulfilmentEvent,
    FulfilmentOrder,
    Return,
    ReturnLine,
    ReturnPhoto,
    ReturnPolicy,
    Shipment,
)
from fulfilment.parts import part_of
from partners import agents, applications, keys
from partners.models import ApiKey, Consent, Partner, RequestLine
from partners.models import Application as App
from protocols.models import AcpConnection, AcpFeed, Platform
from shopping.ids import public_id
from webhooks import endpoints
from webhooks.models import Attempt, Delivery, Endpoint, Event, Replay

ROLES = list(Membership.Role)


PASSWORD = "a-long-enough-word"


@cache
def hashed() -> str:
    """Once for all: a dozen slow hashes of one known password protect nobody."""
    return make_password(PASSWORD)


def person(name: str, **rights: bool) -> User:
    user = User(
        email=f"{name}@people.example",
        handle=name,
        display_name=name.title(),
        password=hashed(),
        **rights,
    )
    user.save()
    return user


def today() -> date:
    """By the clocks of the shops below, which are those of the default."""
    zone = Merchant._meta.get_field("time_zone").default
    return timezone.localdate(timezone=ZoneInfo(zone))


def open_shop(
    handle: str,
    *,
    name: str = "",
    currency: str = "EUR",
    locale: str = "en",
    delivery: int | None = None,
    countries: Sequence[str] = ("FR",),
    free_from: int | None = None,
) -> Merchant:
    """A merchant who sells, with nobody who works there; the one way in which tests get one.

    With `delivery`, minor units, it sends parcels to `countries`, free from `free_from`.
    """
    name = name or handle.title()
    merchant = Merchant.objects.create(
        account=User.objects.create_shop(handle=handle, display_name=name, locale=locale),
        name=name,
        email=f"orders@{handle}.example",
        country="FR",
        currency=currency,
        status=Merchant.Status.ACTIVE,
        payable=True,
        stripe_account_id=f"acct_{handle}",
    )
    if delivery is not None:
        ShippingRate.objects.create(
            merchant=merchant,
            name="Home",
            countries=list(countries),
            price=delivery,
            free_from=free_from,
        )
    return merchant


@dataclass
class Shop:
    merchant: Merchant
    members: dict[str, User]
    product: Product
    variant: Variant
    rate: ShippingRate
    endpoint: Endpoint
    offer: Offer
    drop: Drop
    fulfilment_order: FulfilmentOrder | None = None
    delivery: Delivery | None = None
    replay: Replay | None = None
    parcel: Shipment | None = None
    connection: CarrierConnection | None = None

    @property
    def owner(self) -> User:
        return self.members[Membership.Role.OWNER]


def shop(handle: str) -> Shop:
    """A shop with a member of each role, a product that is a drop, a rate and a webhook."""
    merchant = open_shop(handle, delivery=390)
    members = {str(role): person(f"{handle}_{role}") for role in ROLES}
    for role, user in members.items():
        Membership.objects.create(user=user, merchant=merchant, role=role)
    product = products.create(
        merchant,
        title=f"{handle.title()} flip-flops",
        option_names=["Size"],
        variants=[
            NewVariant(price=3490, option_values=("41",), sku=f"{handle}-41", on_hand=10),
            NewVariant(price=3490, option_values=("42",), sku=f"{handle}-42", on_hand=2),
        ],
        actor=members[Membership.Role.OWNER],
        status=Product.Status.ACTIVE,
    )
    rate = merchant.shipping_rates.get()
    endpoint = endpoints.create(f"https://{handle}.example/hook", merchant_id=merchant.pk)
    variant = product.variants.get(sku=f"{handle}-41")
    offer = Offer.objects.create(
        merchant=merchant, name=f"{handle.title()} sale", kind="percentage", basis_points=1000
    )
    opened = timezone.now() - timedelta(days=1)
    drop = Drop.objects.create(product=product, opens_at=opened, per_person=99)
    return Shop(merchant, members, product, variant, rate, endpoint, offer, drop)


@dataclass
class Cast:
    plage: Shop
    rayon: Shop
    mai: User
    stranger: User
    staff: User
    superuser: User
    order: Order
    post: Post
    rows: dict[str, Any] = field(default_factory=dict)


def cast() -> Cast:
    """Maï bought a pair from each shop; everything an order leaves behind is there."""
    plage, rayon = shop("plage"), shop("rayon")
    mai, stranger = person("mai"), person("stranger")
    staff, superuser = person("staff", is_staff=True), person("root", is_staff=True)
    superuser.is_superuser = True
    superuser.save()
    order = buy(mai, plage, rayon)
    post = Post.objects.create(author=mai, body="Look at these", created_at=timezone.now())
    ProductCard.objects.create(post=post, product=plage.product)
    address = addresses.save(
        mai, name="Maï", line1="14 rue des Lices", postal_code="35000", city="Rennes", country="FR"
    )
    rows = {
        "address": address,
        "cart_reply": ask_for_the_cart(mai, post),
        "linked": LinkedAccount.objects.create(
            user=mai, network="mastodon.example", external_id="109", handle="@mai@mastodon.example"
        ),
        "mention": mention_of(mai),
        "card": card_of(mai),
        "category": Category.objects.create(name="Shoes", slug="shoes"),
        "tax": TaxRate.objects.create(country="FR", basis_points=2000),
        "mail": OutgoingMail.objects.create(
            kind="receipt", reference=str(order.pk), to="mai@people.example", subject="Thank you"
        ),
        "notice": Notification.objects.create(
            user=mai, type=NoticeType.ORDER, reference="order:paid:1"
        ),
        "stripe_event": StripeEvent.objects.create(
            event_id="evt_1", type="payment_intent.succeeded", payload={}
        ),
        "refund": Refund.objects.create(payment=order.payments.get(), amount=100, reason="late"),
        "dispute": Dispute.objects.create(
            payment=order.payments.get(), stripe_id="du_1", status="won", amount=100
        ),
        "application": Application.objects.create(
            merchant=plage.merchant, applicant=plage.owner, about="Flip-flops from Biarritz."
        ),
        "invitation": invited(plage),
        "rayons_invitation": invited(rayon),
        "stocktake": stocktakes.begin(plage.merchant, actor=plage.owner),
        "rayons_stocktake": stocktakes.begin(rayon.merchant, actor=rayon.owner),
        "promotion": promoted(plage),
        "rayons_promotion": promoted(rayon),
        **partnered(plage, rayon),
        "api_key": key_of(plage),
        "rayons_api_key": key_of(rayon),
        "api_request": called(plage),
        "rayons_api_request": called(rayon),
        "partner": Partner.objects.create(name="Le Journal", code="journal"),
        "platform": Platform.objects.create(
            profile_url="https://agent.example/ucp.json", name="Helper"
        ),
        "app": app_of(plage),
        "rayons_app": app_of(rayon),
        "transfer": transferred(order, plage),
        "rayons_transfer": transferred(order, rayon),
        "import": imported(plage),
        "rayons_import": imported(rayon),
        "finding": finding_of(order),
        "ledger": LedgerTransaction.objects.create(kind="capture", reference="pi_1", order=order),
    }
    rows["agent"] = agents.of_partner(rows["partner"])
    rows["acp"] = AcpConnection.objects.create(partner=rows["partner"])
    rows["acp_feed"] = AcpFeed.objects.create(
        partner=rows["partner"], url="https://butler.example/acp", target_country="FR"
    )
    rows["consent"] = Consent.objects.create(
        user=mai, application=rows["app"], scopes=["carts:read"]
    )
    rows |= moderated(mai, reporter=stranger, by=superuser)
    rows |= {"return": sent_back(order, plage), "rayons_return": sent_back(order, rayon)}
    assert plage.fulfilment_order is not None
    with transaction.atomic():
        [rows["invoice"]] = invoices.issue([part_of(plage.fulfilment_order)])
    return Cast(plage, rayon, mai, stranger, staff, superuser, order, post, rows)


def partnered(plage: Shop, rayon: Shop) -> dict[str, Any]:
    """A blog that brings sales to both, and the site of each shop that may show its cards."""
    blog = Partner.objects.create(name="The Quiet House", code="quiet-house")
    found: dict[str, Any] = {"blog": blog}
    for prefix, each in (("", plage), ("rayons_", rayon)):
        found[f"{prefix}agreement"] = PartnerAgreement.objects.create(
            merchant=each.merchant, partner=blog, commission_bps=800
        )
        found[f"{prefix}origin"] = EmbedOrigin.objects.create(
            merchant=each.merchant, origin=f"https://{prefix.strip('_') or 'quiet'}.example"
        )
    return found


def sent_back(order: Order, shop: Shop) -> Return:
    """What Maï wants to send back to a shop, with a photo; and the shop's rules for it."""
    ReturnPolicy.objects.create(merchant=shop.merchant, address="3 quai des Bulles")
    row = Return.objects.create(
        fulfilment_order=order.fulfilment_orders.get(merchant=shop.merchant), key="a"
    )
    line = order.lines.get(merchant=shop.merchant)
    ReturnLine.objects.create(parent=row, line=line, quantity=1, reason="damaged")
    [name] = return_photos.keep([b"a photo"])
    ReturnPhoto.objects.create(parent=row, file=name)
    return row


def ask_for_the_cart(author: User, post: Post) -> Post:
    """A reply with #cart that is answered."""
    now = timezone.now()
    reply = Post.objects.create(author=author, body="#cart", reply_to=post, created_at=now)
    CartReply.objects.create(
        post=reply, user=author, asked="#cart", state="which_variant", answered_at=now
    )
    return reply


def mention_of(author: User) -> Mention:
    """A reply on another network that is answered."""
    network = Partner.objects.create(name="Mastodon", code="m", networks=["mastodon.example"])
    return Mention.objects.create(
        partner=network,
        network="mastodon.example",
        external_id="1",
        author="109",
        user=author,
        asked="#cart",
        state="no_product",
        language="en",
        answered_at=timezone.now(),
    )


def moderated(author: User, *, reporter: User, by: User) -> dict[str, Any]:
    """A post that was reported and is hidden, with its author's appeal."""
    post = Post.objects.create(author=author, body="Buy five watches", created_at=timezone.now())
    case = reports.report(reporter, person=author, post=post, ground=Ground.SPAM).case
    decision = decisions.hide(case, by=by, ground=Ground.SPAM, words="The same watch.")
    appeal = appeals.file(decision, words="It is not.")
    return {"case": case, "decision": decision, "appeal": appeal, "hidden_post": post}


def invited(shop: Shop) -> Invitation:
    """Somebody who has not come yet."""
    return Invitation.objects.create(
        merchant=shop.merchant,
        email=f"new@{shop.merchant.account.handle}.example",
        role=Membership.Role.OWNER,
        invited_by=shop.owner,
        expires_at=timezone.now() + timedelta(days=7),
    )


def key_of(shop: Shop) -> ApiKey:
    """A key of a shop's, whose secret nobody has."""
    return keys.make(
        name=f"{shop.merchant.name} stock",
        scopes=["stock:write"],
        made_by=shop.owner,
        merchant=shop.merchant,
    )[0]


def called(shop: Shop) -> RequestLine:
    """A call of the API in a shop's name."""
    return RequestLine.objects.create(
        request_id=public_id(),
        merchant=shop.merchant,
        principal="key:somebody",
        caller="Stock",
        method="GET",
        path="/api/v1/me/",
        status=200,
        milliseconds=3,
        at=timezone.now(),
    )


def app_of(shop: Shop) -> App:
    """An app of a shop's own, for which Maï's consent would be asked."""
    return applications.register(
        name=f"{shop.merchant.name} at home",
        made_by=shop.owner,
        merchant=shop.merchant,
        client_type="public",
        flow="authorization-code",
        scopes=["products:read", "carts:read"],
        redirect_uris=[f"https://{shop.merchant.account.handle}.example/back"],
    )[0]


def promoted(shop: Shop) -> Promotion:
    """A post of a shop's with its product, promoted for a day from tomorrow."""
    now = timezone.now()
    body = f"From {shop.merchant.name}"
    post = Post.objects.create(author=shop.merchant.account, body=body, created_at=now)
    ProductCard.objects.create(post=post, product=shop.product)
    return Promotion.objects.create(
        merchant=shop.merchant,
        post=post,
        topics=["shoes"],
        budget=1000,
        currency="EUR",
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=2),
    )


def transferred(order: Order, shop: Shop) -> Transfer:
    """A shop's part of an order, sent to it, with a euro on its way back."""
    transfer = Transfer.objects.create(
        order=order,
        payment=order.payments.get(),
        merchant=shop.merchant,
        amount=3700,
        currency="EUR",
        reversed=100,
        stripe_id=f"tr_{shop.merchant.account.handle}",
        status=Transfer.Status.SUCCEEDED,
    )
    TransferReversal.objects.create(transfer=transfer, amount=100, next_attempt_at=timezone.now())
    return transfer


def imported(shop: Shop) -> Import:
    """A file of a shop's that a worker has read, with one product to mend."""
    of = Import.objects.create(
        merchant=shop.merchant,
        uploaded_by=shop.owner,
        name=f"{shop.merchant.account.handle}-autumn.csv",
        currency="EUR",
        header=["id", "external_id", "sku", "title", "price"],
        layout="own",
        columns={name: name for name in ("id", "external_id", "sku", "title", "price")},
        state=Import.State.READY,
        read_to=1,
        rows=1,
        read_at=timezone.now(),
    )
    of.staged.create(
        place=1,
        first_row=2,
        last_row=2,
        handle="mug",
        title="Mug",
        fate="refused",
        rows=[[2, ["", "mug", "", "Mug", "free"]]],
        errors=[
            {"row": 2, "handle": "mug", "column": "price", "value": "free", "message": "A number."}
        ],
    )
    return of


def finding_of(order: Order) -> ReconciliationFinding:
    return ReconciliationFinding.objects.create(
        run=ReconciliationRun.objects.create(outcome=ReconciliationRun.Outcome.FINDINGS),
        kind=ReconciliationFinding.Kind.PAYMENT_BOOKS,
        object_id="pi_1",
        order=order,
        expected=3790,
        found=3000,
        currency="EUR",
        first_seen_at=timezone.now(),
        last_seen_at=timezone.now(),
    )


def card_of(user: User) -> SavedCard:
    return SavedCard.objects.create(
        customer=Customer.objects.create(user=user, stripe_id=f"cus_{user.handle}"),
        payment_method_id=f"pm_{user.handle}",
        brand="visa",
        last4="4242",
        exp_month=8,
        exp_year=2099,
    )


def buy(shopper: User, *shops: Shop) -> Order:
    items = sum(each.variant.price for each in shops)
    delivery = sum(each.rate.price for each in shops)
    order = Order.objects.create(
        user=shopper,
        email=str(shopper.email),
        principal=f"user:{shopper.pk}",
        idempotency_key=str(uuid4()),
        status=Order.Status.PAID,
        currency="EUR",
        items_total=items,
        delivery_total=delivery,
        total=items + delivery,
        placed_at=timezone.now(),
        paid_at=timezone.now(),
        fulfilment_opened_at=timezone.now(),
        name="Maï Lefort",
        line1="14 rue des Lices",
        postal_code="35000",
        city="Rennes",
        country="FR",
    )
    Payment.objects.create(
        order=order,
        intent_id=f"pi_{order.pk}",
        status=Payment.Status.SUCCEEDED,
        currency="EUR",
        amount=order.total,
        captured=order.total,
    )
    for kind in ("order.placed", "payment.secret", "order.paid"):
        OrderEvent.objects.create(order=order, type=kind, data={"hidden": "only staff"})
    for each in shops:
        part(order, each)
        sent(each)
    return order


def sent(shop: Shop) -> None:
    """A parcel of an older order of somebody else's, and the warehouse that reports on it."""
    now = timezone.now()
    order = Order.objects.create(
        email="guest@people.example",
        principal="guest:1",
        idempotency_key=str(uuid4()),
        status=Order.Status.CANCELLED,
        currency="EUR",
        items_total=0,
        delivery_total=0,
        total=0,
        placed_at=now,
        cancelled_at=now,
        fulfilment_opened_at=now,
        name="A guest",
        line1="1 quai Duguay-Trouin",
        postal_code="35000",
        city="Rennes",
        country="FR",
    )
    done = FulfilmentOrder.Status.DELIVERED
    part = FulfilmentOrder.objects.create(order=order, merchant=shop.merchant, status=done)
    shop.parcel = Shipment.objects.create(
        fulfilment_order=part, carrier="Colissimo", tracking_number=f"{shop.merchant.name}1"
    )
    shop.connection = connections.create(
        merchant_id=shop.merchant.pk, adapter="generic", name=f"{shop.merchant.name}'s warehouse"
    )


def part(order: Order, shop: Shop) -> None:
    OrderLine.objects.create(
        order=order,
        merchant=shop.merchant,
        variant=shop.variant,
        title=shop.product.title,
        option_values=["41"],
        sku=shop.variant.sku,
        quantity=1,
        unit_price=shop.variant.price,
        total=shop.variant.price,
    )
    OrderDelivery.objects.create(
        order=order,
        merchant=shop.merchant,
        rate=shop.rate,
        name="Standard",
        amount=shop.rate.price,
        arrives_from=timezone.now().date(),
        arrives_to=timezone.now().date(),
    )
    shop.fulfilment_order = FulfilmentOrder.objects.create(order=order, merchant=shop.merchant)
    FulfilmentEvent.objects.create(fulfilment_order=shop.fulfilment_order, status="open")
    event = Event.objects.create(
        type="order.paid", subject=str(order.public_id), merchant=shop.merchant, payload={}
    )
    shop.delivery = Delivery.objects.create(
        event=event, endpoint=shop.endpoint, status=Delivery.Status.FAILED, last_answer="gone"
    )
    Attempt.objects.create(
        delivery=shop.delivery,
        started_at=timezone.now(),
        milliseconds=41,
        headers={"webhook-id": f"evt_{event.public_id.hex}"},
        status_code=404,
        answer=f"nothing at {shop.endpoint.url}",
    )
    shop.replay = Replay.objects.create(
        endpoint=shop.endpoint,
        since=timezone.now() - timedelta(days=2),
        until=timezone.now() - timedelta(days=1),
        done_to=0,
        last=0,
        finished_at=timezone.now(),
    )
