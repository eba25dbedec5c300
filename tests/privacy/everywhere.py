"""A person who is in every table: by name, e-mail address, phone number and postal address."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from oauth2_provider.models import DeviceGrant, IDToken

from accounts import addresses
from accounts.models import OutgoingMail, User
from catalogue import acts
from catalogue.acts import Kind
from catalogue.models import DropReminder, Invitation, Membership, StockReminder
from checkout import session_wants
from checkout.buyers import AddressData
from checkout.models import (
    AgentPurchase,
    CardSetup,
    Cart,
    CartLine,
    CheckoutSession,
    Customer,
    DropPurchase,
    DropTicket,
    OfferUse,
    Order,
    OrderDiscount,
    OrderNote,
    Payment,
    Refund,
    StripeEvent,
)
from checkout.session_wants import Contact, Destination, Wanted, WantedLine
from desk.models import Application as Opening
from feeds import follows, posts
from feeds.models import (
    Block,
    Bookmark,
    Draft,
    Evidence,
    Ground,
    Interest,
    InterestProfile,
    MailStop,
    Mention,
    Mute,
    NoticePreference,
    PendingImage,
    Post,
    PostHashtag,
    PostImage,
    PostRevision,
    PostTopic,
    Report,
    Showing,
)
from fulfilment import payloads
from fulfilment.models import (
    FulfilmentEvent,
    FulfilmentOrder,
    InternalNote,
    Invoice,
    Return,
    ReturnEvent,
    SavedView,
    Shipment,
    ShipmentEvent,
    ShipmentLine,
    ShopMessage,
    TrackingEvent,
)
from fulfilment.parts import part_of
from partners import keys
from partners.models import (
    AccessToken,
    Allowance,
    Consent,
    Grant,
    RefreshToken,
    RequestLine,
    StoredAnswer,
)
from privacy.models import Export
from shopping.personal import taking_out
from shopping.private_files import private_files
from tests.shops import Cast
from webhooks.models import Delivery, Endpoint, Event

NAME = "Zéphyrine Quillfeather"
EMAIL = "zephyrine.quill@people.example"
PHONE = "+33698765432"
STREET = "77 allée des Amarantes"
# As a row's text would show any of them.
NEEDLES = ("quillfeather", "zephyrine.quill", "zéphyrine", "698765432", "amarantes")


def settle(world: Cast) -> None:
    """Nothing is under way any more that would keep Maï here."""
    FulfilmentOrder.objects.filter(order__user=world.mai).update(status="delivered")
    Return.objects.update(status="refused")
    Refund.objects.update(status="succeeded")
    # The cast's posts were written without their counts.
    Post.objects.update(reply_count=9, repost_count=9)


def fill(world: Cast) -> User:
    """Maï, under a name that nothing else holds, in every table."""
    settle(world)
    mai = world.mai
    User.objects.filter(pk=mai.pk).update(
        display_name=NAME, email=EMAIL, bio=f"{NAME}, call {PHONE}", adult_since=timezone.now()
    )
    mai = User.objects.get(pk=mai.pk)
    _account(mai, world)
    _api(mai, world)
    _shops(mai, world)
    _feed(mai, world)
    _purchases(mai, world)
    _parcels(mai, world)
    with taking_out():
        for invoice in Invoice.objects.filter(fulfilment_order__order__user=mai):
            buyer = {**invoice.buyer, "name": NAME, "line1": STREET, "email": EMAIL}
            Invoice.objects.filter(pk=invoice.pk).update(buyer=buyer)
    export = Export.objects.create(user=mai)
    export.file.name = private_files().save("exports/old.zip", ContentFile(NAME.encode()))
    export.due_at, export.made_at = None, timezone.now()
    export.expires_at = timezone.now() + timedelta(days=1)
    export.save()
    return User.objects.get(pk=mai.pk)


def _account(mai: User, world: Cast) -> None:
    mai.avatar.name = default_storage.save("avatars/face.webp", ContentFile(EMAIL.encode()))
    mai.save(update_fields=["avatar"])
    addresses.save(
        mai, name=NAME, line1=STREET, postal_code="35000", city="Rennes", country="FR", phone=PHONE
    )
    address = EmailAddress.objects.create(user=mai, email=EMAIL, verified=True, primary=True)
    EmailConfirmation.objects.create(email_address=address, key="k", sent=timezone.now())
    Authenticator.objects.create(user=mai, type="totp", data={"secret": "x"})
    social = SocialAccount.objects.create(
        user=mai, provider="openid_connect", uid=EMAIL, extra_data={"name": NAME}
    )
    SocialToken.objects.create(account=social, token="t")
    mai.groups.add(Group.objects.create(name="readers"))
    mai.user_permissions.add(Permission.objects.first())
    session = SessionStore()
    session["_auth_user_id"] = str(mai.pk)
    session["account_authentication_methods"] = [{"method": "password", "email": EMAIL}]
    session.create()
    for to, text in ((EMAIL, f"Dear {NAME}"), ("orders@plage.example", f"{EMAIL} wrote to you")):
        OutgoingMail.objects.create(
            kind="letter", reference=str(uuid4()), to=to, subject="Hello", text=text
        )


def _api(mai: User, world: Cast) -> None:
    app = world.rows["app"]
    consent = Consent.objects.get(user=mai)
    soon = timezone.now() + timedelta(hours=1)
    common = {"user": mai, "application": app, "expires": soon}
    Grant.objects.create(**common, code="c", redirect_uri="https://x.example", consent=consent)
    access = AccessToken.objects.create(**common, token="", token_checksum="a", consent=consent)
    RefreshToken.objects.create(
        user=mai,
        application=app,
        token="",
        token_checksum="r",
        access_token=access,
        consent=consent,
    )
    IDToken.objects.create(user=mai, expires=soon, scope="", jti=uuid4())
    DeviceGrant.objects.create(
        user=mai, device_code="d", user_code="u", expires=soon, client_id="c", scope="", interval=5
    )
    keys.make(name="Stock", scopes=["stock:write"], made_by=mai, merchant=world.plage.merchant)
    Allowance.objects.create(consent=consent, currency="EUR", per_order=1)
    StoredAnswer.objects.create(
        principal=f"ucp:{uuid4()}:{consent.public_id.hex}",
        key="k",
        fingerprint="f",
        status=201,
        body=f"{NAME} {STREET}".encode(),
        leased_until=soon,
    )
    principal = f"app:{consent.public_id}"
    StoredAnswer.objects.create(
        principal=principal,
        key="k",
        fingerprint="f",
        status=201,
        body=f"{NAME} {STREET}".encode(),
        leased_until=soon,
    )
    RequestLine.objects.create(
        request_id=uuid4(),
        principal=principal,
        caller=NAME,
        method="GET",
        path="/api/v1/me/",
        status=200,
        milliseconds=1,
        at=timezone.now(),
    )


def _shops(mai: User, world: Cast) -> None:
    shop = world.rayon.merchant
    Membership.objects.create(user=mai, merchant=shop, role="editor")
    Invitation.objects.create(
        merchant=shop,
        email=EMAIL.upper(),
        role="editor",
        invited_by=world.rayon.owner,
        accepted_by=mai,
        accepted_at=timezone.now(),
        expires_at=timezone.now(),
    )
    acts.note(shop.pk, Kind.INVITED, f"{EMAIL} · editor", actor=world.rayon.owner)
    DropReminder.objects.create(drop=world.plage.drop, user=mai)
    StockReminder.objects.create(variant=world.plage.variant, user=mai)
    SavedView.objects.create(author=mai, name=NAME, query="")
    Opening.objects.create(
        merchant=world.rayon.merchant, applicant=mai, about=f"Ask {NAME}, {PHONE}"
    )


def _feed(mai: User, world: Cast) -> None:
    stranger, now = world.stranger, timezone.now()
    post = posts.publish(
        mai, body="Sand and #coral, @stranger", language="en", products=[world.plage.product]
    )
    Post.objects.filter(pk=post.pk).update(body=f"{NAME} of {STREET} {PHONE}")
    posts.publish(stranger, body="Nice", language="en", reply_to=post)
    Post.objects.create(author=mai, repost_of=world.post, created_at=now)
    PostRevision.objects.create(post=post, body=f"by {EMAIL}", written_at=now)
    PostTopic.objects.get_or_create(post=post, topic="shoes")
    assert PostHashtag.objects.filter(post=post).exists()
    assert Mention.objects.filter(post=post).exists()
    posts.publish(stranger, body="Hello @mai", language="en")
    name = default_storage.save("posts/a-480.webp", ContentFile(NAME.encode()))
    PostImage.objects.create(
        post=post, position=0, files={"480": name}, width=480, height=480, alt=NAME
    )
    draft = Draft.objects.create(user=mai, key=uuid4(), body=f"{NAME} …")
    name = default_storage.save("posts/b-480.webp", ContentFile(NAME.encode()))
    PendingImage.objects.create(
        user=mai, draft=draft, files={"480": name}, width=480, height=480, alt=NAME
    )
    theirs = posts.publish(stranger, body="Look", language="en")
    posts.like(theirs, user=mai)
    Bookmark.objects.create(user=mai, post=theirs)
    follows.follow(mai, followed=stranger)
    follows.follow(world.staff, followed=mai)
    Block.objects.create(blocker=mai, blocked=world.staff)
    Block.objects.create(blocker=world.superuser, blocked=mai)
    Mute.objects.create(muter=mai, muted=world.superuser)
    InterestProfile.objects.get_or_create(user=mai)
    interest = Interest.objects.create(user=mai, topic="shoes")
    Evidence.objects.create(
        interest=interest, kind="like", reference="like:1", weight=1.0, happened_at=now
    )
    NoticePreference.objects.create(user=mai, type="like", mail="never")
    MailStop.objects.create(user=mai)
    Showing.objects.create(
        promotion=world.rows["promotion"],
        user=mai,
        reading="r",
        place=1,
        topic="shoes",
        price=2,
        shown_on=now.date(),
    )
    case = world.rows["case"]
    Report.objects.create(case=case, reporter=mai, ground=Ground.SPAM, words=f"I am {NAME}")


def _purchases(mai: User, world: Cast) -> None:
    Order.objects.filter(user=mai).update(email=EMAIL, name=NAME, line1=STREET, phone=PHONE)
    order = Order.objects.get(user=mai)
    # Bought before they had an account.
    world.plage.fulfilment_order.order.refresh_from_db()
    Order.objects.filter(user=None, principal="guest:1").filter(
        fulfilment_orders__merchant=world.rayon.merchant
    ).update(email=EMAIL, name=NAME, line1=STREET)
    Payment.objects.filter(order=order).update(card_brand="visa", card_last4="4242")
    cart = Cart.objects.create(user=mai)
    CartLine.objects.create(cart=cart, variant=world.plage.variant, quantity=1, seen_price=3490)
    customer = Customer.objects.get(user=mai)
    CardSetup.objects.create(setup_id="seti_1", customer=customer)
    StripeEvent.objects.create(
        event_id="evt_2",
        type="payment_intent.succeeded",
        object_id=order.payments.get().intent_id,
        payload={"receipt_email": EMAIL, "shipping": {"name": NAME}},
        processed_at=timezone.now(),
    )
    DropTicket.objects.create(
        drop=world.plage.drop, principal=f"user:{mai.pk}", seen_at=timezone.now()
    )
    DropPurchase.objects.create(
        order=order,
        drop=world.plage.drop,
        principal=f"user:{mai.pk}",
        email=EMAIL,
        address="digest",
        is_member=True,
    )
    OfferUse.objects.create(
        order=order, offer=world.plage.offer, principal=f"user:{mai.pk}", email=EMAIL
    )
    OrderDiscount.objects.create(
        order=order,
        offer=world.plage.offer,
        merchant=world.plage.merchant,
        label="Sale",
        amount=1,
        by_platform=False,
    )
    _agents(mai, order, world)
    OrderNote.objects.create(order=order, text=f"Ring at {NAME}'s")
    OutgoingMail.objects.create(
        kind="shop",
        reference="new-order",
        to="orders@plage.example",
        subject="New order",
        text=f"Order {order.reference}: {NAME}, {STREET}",
    )


def _agents(mai: User, order: Order, world: Cast) -> None:
    """An agent bought the order; it prepared more for her, and more for a guest of her address."""
    agent = world.rows["agent"]
    AgentPurchase.objects.create(order=order, agent=agent, consent=Consent.objects.get(user=mai))
    address = AddressData(NAME, STREET, "", "35000", "Rennes", "", "FR", PHONE)
    wanted = Wanted(
        lines=(WantedLine("li_1", "T-1", world.plage.variant.public_id, 1),),
        contact=Contact(full_name=NAME, email=EMAIL, phone=PHONE),
        destinations=(Destination("home", address),),
        destination="home",
        words={"buyer": {"email": EMAIL}},
    )
    for shopper, bought in ((mai, order), (mai, None), (None, None)):
        CheckoutSession.objects.create(
            surface="ucp",
            principal="ucp:1",
            agent=agent,
            shopper=shopper,
            order=bought,
            email=EMAIL,
            wanted=session_wants.kept(wanted),
            expires_at=timezone.now(),
        )


def _parcels(mai: User, world: Cast) -> None:
    now, part = timezone.now(), FulfilmentOrder.objects.get(pk=world.plage.fulfilment_order.pk)
    FulfilmentEvent.objects.create(fulfilment_order=part, status="open", note=f"for {NAME}")
    parcel = Shipment.objects.create(
        fulfilment_order=part, carrier="Colissimo", tracking_number="6A1", tracking_code="6A1"
    )
    line = part.order.lines.get(merchant=part.merchant)
    ShipmentLine.objects.create(shipment=parcel, line=line, quantity=1)
    ShipmentEvent.objects.create(
        shipment=parcel, status="shipped", note=f"to {STREET}", happened_at=now
    )
    TrackingEvent.objects.create(
        merchant=part.merchant,
        tracking_code="6A1",
        shipment=parcel,
        external_id="1",
        status="delivered",
        description=f"Signed by {NAME}",
        place="Rennes",
        happened_at=now,
    )
    InternalNote.objects.create(
        part=part, author=world.plage.owner, text=f"{NAME} called", key=uuid4()
    )
    ShopMessage.objects.create(
        part=part, author=world.plage.owner, text=f"Dear {NAME}", key=uuid4()
    )
    back = Return.objects.get(fulfilment_order=part)
    Return.objects.filter(pk=back.pk).update(words=f"{NAME}: torn", answer=f"Sorry {NAME}")
    ReturnEvent.objects.create(parent=back, status="refused", note=f"{NAME} wrote")
    whole = part_of(part)
    Event.objects.create(
        type="fulfilment_order.opened",
        subject=str(part.public_id),
        merchant=part.merchant,
        payload=payloads.fulfilment_order(whole),
    )
    Delivery.objects.create(
        event=Event.objects.latest("pk"),
        endpoint=Endpoint.objects.create(url="https://butler.example/orders", form="ucp"),
        body=f'{{"id": "{part.order.public_id}", "first_name": "{NAME}"}}',
        next_attempt_at=now,
    )
    Event.objects.create(
        type="return.requested",
        subject=str(back.public_id),
        merchant=part.merchant,
        payload=payloads.goods_return(Return.objects.get(pk=back.pk), whole),
    )
