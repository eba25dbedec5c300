"""Who gets what from every address of the project.

A new address needs a row here: `test_table.py` fails until it has one. The numbers are the
statuses of a well-formed request by each of ROLES for a row that is Maï's, or the shop Plage's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.http import urlencode

from catalogue import members as shop_members
from checkout import mention_tokens, sessions
from checkout.models import CheckoutSession
from checkout.orders import token
from checkout.session_wants import Wanted, WantedLine
from checkout.sessions import Caller
from feeds import decision_links
from feeds.notice_preferences import stop_token
from tests.access import acp_rows
from tests.shops import Cast

# anonymous and guest have no account; the guest holds the link of an order of their own.
# mai owns the order, the post and the address; stranger is another shopper.
# owner … read_only work for Plage, other owns the shop Rayon, which has a line in Maï's order too.
VISITORS = ("anonymous", "guest")
SHOPPERS = ("mai", "stranger")
MEMBERS = ("owner", "editor", "fulfilment", "read_only")
ROLES = (*VISITORS, *SHOPPERS, *MEMBERS, "other", "staff")

Status = int
Expected = dict[str, Status]


def everybody(status: Status, **others: Status) -> Expected:
    return dict.fromkeys(ROLES, status) | others


def members(status: Status, **others: Status) -> Expected:
    """For whoever is signed in; everybody else is sent to the sign-in."""
    return everybody(status, anonymous=302, guest=302) | others


@dataclass(frozen=True)
class Row:
    pattern: str
    expected: Expected
    path: Callable[[Cast], str]
    method: str = "get"
    data: Callable[[Cast], dict[str, Any]] = field(default=lambda world: {})


def fixed(path: str) -> Callable[[Cast], str]:
    return lambda world: path


def plain(path: str, expected: Expected, *, method: str = "get", **data: Any) -> Row:
    return Row(path.lstrip("/"), expected, fixed(path), method, lambda world: data)


def returns(
    step: str, status: Status, *, path: Callable[[Cast], str] | None = None, method: str = "get"
) -> list[Row]:
    """A step of Maï's return, for whoever holds the order's link, and for whoever forges one."""

    def under(link: Callable[[Cast], str]) -> Callable[[Cast], str]:
        return lambda world: (
            f"/orders/{link(world)}/returns/{world.rows['return'].public_id}/"
            f"{path(world) if path else step}"
        )

    pattern = f"orders/<str:token>/returns/<uuid:public_id>/{step}"
    return [
        Row(pattern, everybody(status), under(lambda world: token(world.order)), method),
        Row(pattern, everybody(404), under(lambda world: world.order.public_id.hex), method),
    ]


def in_cart(verb: str) -> Callable[[Cast], str]:
    return lambda world: f"/cart/{world.plage.variant.public_id}/{verb}/"


PUBLIC_URL = "http://localhost:8000"  # of the tests' settings
POST_ID = "<uuid:public_id>"
BUY = "buy/<uuid:public_id>/"
CART = "cart/<uuid:public_id>/"
CART_REPLY = "cart/replies/<uuid:public_id>/"
MENTION = "cart/mentions/<uuid:public_id>/"
CHECKOUT = "checkout/<str:currency>/"
PROFILE_TABS = ("replies", "likes", "shop", "about", "followers", "following")
HANDLE = "^@(?P<handle>[A-Za-z0-9_]{2,30})/"

SIGN_IN = [
    # Who is signed in already is sent on.
    plain("/accounts/login/", everybody(302, anonymous=200, guest=200)),
    plain("/accounts/signup/", everybody(302, anonymous=200, guest=200)),
    plain("/accounts/logout/", members(200)),
    plain("/accounts/inactive/", everybody(200)),
    # All of them have a second factor, and show that instead.
    plain("/accounts/reauthenticate/", members(302)),
    plain("/accounts/email/", everybody(302)),  # An account has one address.
    plain("/accounts/confirm-email/", everybody(200)),
    Row(
        "accounts/^confirm-email/(?P<key>[-:\\w]+)/$",
        everybody(200),  # A page that says the link is no good.
        fixed("/accounts/confirm-email/forged:key/"),
    ),
    plain("/accounts/password/change/", members(200)),
    plain("/accounts/password/set/", members(302)),
    plain("/accounts/password/reset/", everybody(200)),
    plain("/accounts/password/reset/done/", everybody(200)),
    Row(
        "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        everybody(200),  # The same.
        fixed("/accounts/password/reset/key/1-forged-key/"),
    ),
    plain("/accounts/password/reset/key/done/", everybody(200)),
    plain("/accounts/login/code/confirm/", everybody(302)),
]

TWO_FACTOR = [
    plain("/account/two-factor/", members(200)),
    plain("/account/confirm/", members(302), method="post"),
    plain("/account/sessions/end/", members(302), method="post"),
    plain("/accounts/2fa/", members(200)),
    plain("/accounts/2fa/authenticate/", everybody(302)),  # Nobody is between two steps.
    plain("/accounts/2fa/reauthenticate/", members(200)),
    # Whoever changes it says first that it is they: all of these lead there.
    plain("/accounts/2fa/totp/activate/", members(302)),
    plain("/accounts/2fa/totp/deactivate/", members(302)),
    plain("/accounts/2fa/recovery-codes/", members(302)),
    plain("/accounts/2fa/recovery-codes/generate/", members(302)),
    plain("/accounts/2fa/recovery-codes/download/", members(302)),
    plain("/accounts/2fa/webauthn/", everybody(302)),
    plain("/accounts/2fa/webauthn/add/", everybody(302)),
    plain("/accounts/2fa/webauthn/login/", everybody(302)),
    # The first way that they have: none of them has a passkey.
    plain("/accounts/2fa/webauthn/reauthenticate/", members(302)),
    # Of the asker's own passkeys alone; see accounts/test_setting_up.py.
    *(
        Row(
            f"accounts/2fa/webauthn/keys/<int:pk>/{step}/",
            everybody(302),
            fixed(f"/accounts/2fa/webauthn/keys/1/{step}/"),
            "post",
        )
        for step in ("edit", "remove")
    ),
]

# Signing in and up by an outside network is closed: these lead to one's own linked profiles.
NETWORKS = [
    *(
        plain(f"/accounts/{address}", everybody(302))
        for address in (
            *("3rdparty/", "3rdparty/login/cancelled/", "3rdparty/login/error/"),
            *("3rdparty/signup/", "social/connections/", "social/login/cancelled/"),
            *("social/login/error/", "social/signup/"),
        )
    ),
    # No network is configured here; see tests/linked.
    Row(
        "accounts/networks/<str:network>/callback/",
        members(404),
        fixed("/accounts/networks/mastodon.example/callback/"),
    ),
    plain("/account/linked/", members(200)),
    Row(
        "account/linked/<str:network>/start/",
        members(404),
        fixed("/account/linked/mastodon.example/start/"),
        "post",
    ),
    Row(
        "account/linked/<uuid:public_id>/end/",
        members(404, mai=302),
        lambda world: f"/account/linked/{world.rows['linked'].public_id}/end/",
        "post",
    ),
    # The reply of a profile that Maï has linked, and the link to it that everybody may read.
    *(
        Row(
            f"{MENTION}{verb}",
            members(404, mai=200),
            lambda world, verb=verb: f"/cart/mentions/{world.rows['mention'].public_id}/{verb}",
            method,
        )
        for verb, method in (("", "get"), ("choose/", "post"), ("undo/", "post"))
    ),
    Row(
        "cart/mentions/link/<str:token>/",
        members(302),
        lambda world: f"/cart/mentions/link/{mention_tokens.token(world.rows['mention'])}/",
    ),
    Row("cart/mentions/link/<str:token>/", members(302), fixed("/cart/mentions/link/forged/")),
]

# Nobody of them has shown again lately that it is they: see tests/privacy for whose copy it is.
PRIVACY = [
    plain("/account/data/", members(200)),
    plain("/account/data/copy/", members(302), method="post"),
    Row(
        "account/data/copy/<uuid:public_id>/",
        members(302),
        fixed("/account/data/copy/018f0000-0000-7000-8000-000000000000/"),
    ),
    plain("/account/data/erase/", members(302), method="post"),
    plain("/account/data/stay/", members(302), method="post"),
]

ADDRESSES = "account/addresses/"

ACCOUNT = [
    plain("/account/", members(200)),
    plain("/account/cards/", members(200)),
    # An empty form holds no key, and names no card that was set up.
    plain("/account/cards/set-up/", members(422), method="post"),
    plain("/account/cards/added/", members(404), method="post"),
    *(
        Row(
            f"account/cards/<uuid:public_id>/{verb}/",
            members(404, mai=302),
            lambda world, verb=verb: f"/account/cards/{world.rows['card'].public_id}/{verb}/",
            "post",
        )
        for verb in ("default", "delete")
    ),
    plain(f"/{ADDRESSES}", members(200)),
    plain(f"/{ADDRESSES}new/", members(200)),
    plain(f"/{ADDRESSES}new/", members(422), method="post"),
    *(
        Row(
            f"{ADDRESSES}<uuid:public_id>/{verb}",
            members(404, mai=status),
            lambda world, verb=verb: f"/{ADDRESSES}{world.rows['address'].public_id}/{verb}",
            method,
        )
        for verb, method, status in (
            ("", "get", 200),
            ("", "post", 422),  # Nothing was typed.
            ("default/", "post", 302),
            ("delete/", "post", 302),
        )
    ),
]

FEED = [
    plain("/", everybody(200)),
    plain("/manifest.webmanifest", everybody(200)),
    plain("/sw.js", everybody(200)),
    plain("/offline/", everybody(200)),
    plain("/robots.txt", everybody(200)),
    plain("/sitemap.xml", everybody(200)),
    Row(
        "sitemaps/<slug:section>-<int:number>.xml",
        everybody(200),
        lambda world: f"/sitemaps/products-{world.plage.product.pk // 50_000}.xml",
    ),
    Row(
        "sitemaps/<slug:section>-<int:number>.xml",
        everybody(404),
        fixed("/sitemaps/products-9999999.xml"),
    ),
    # Whoever asks, it says what everybody may read; 401 for what is somebody's own.
    Row(
        "oembed/",
        everybody(200),
        fixed("/oembed/"),
        data=lambda world: {"url": f"{PUBLIC_URL}/posts/{world.post.public_id}/"},
    ),
    Row(
        "oembed/",
        everybody(401),
        fixed("/oembed/"),
        data=lambda world: {"url": f"{PUBLIC_URL}/orders/{token(world.order)}/"},
    ),
    plain("/following/", everybody(200)),
    plain("/drops/", everybody(200)),
    Row("tags/<str:name>/", everybody(200), fixed("/tags/summer/")),
    plain("/search/", everybody(302)),  # Nothing is looked for: the page to look around.
    plain("/search/", everybody(200), q="flip", **{"in": "products"}),
    plain("/explore/", everybody(200)),
    Row("explore/<str:name>/", everybody(200), fixed("/explore/people/")),
    Row("explore/<str:name>/", everybody(404), fixed("/explore/nothing/")),
    plain("/me/", members(302)),
    plain("/me/notifications/", members(200)),
    plain("/me/notifications/", members(302), method="post", stop="yes"),
    plain("/notifications/", members(200)),
    plain("/notifications/count/", members(200)),
    plain("/notifications/read/", members(302), method="post"),
    *(
        Row(
            f"notifications/{POST_ID}/{verb}",
            members(404, mai=302),
            lambda world, verb=verb: f"/notifications/{world.rows['notice'].public_id}/{verb}",
            method,
        )
        for verb, method in (("", "get"), ("read/", "post"))
    ),
    # The link is the right: whoever holds it may stop the mails of the one it names.
    Row(
        "notifications/stop/<str:token>/",
        everybody(200),
        lambda world: f"/notifications/stop/{stop_token(world.mai)}/",
        "post",
    ),
    # Of the asker's own interests alone.
    plain("/me/interests/", members(200)),
    plain("/me/interests/", members(302), method="post", do="pause"),
    Row("posts/<uuid:public_id>/why/", everybody(200), lambda w: f"/posts/{w.post.public_id}/why/"),
    Row(
        "notifications/stop/<str:token>/",
        everybody(404),
        fixed("/notifications/stop/forged/"),
        "post",
    ),
    # The link is the right: who is suspended cannot sign in. Who writes another id gets none.
    Row(
        "decisions/<str:token>/",
        everybody(200),
        lambda world: f"/decisions/{decision_links.token(world.rows['decision'])}/",
    ),
    Row(
        "decisions/<str:token>/",
        everybody(404),
        lambda world: f"/decisions/{world.rows['decision'].public_id}/",
        "post",
        lambda world: {"words": "It is not."},
    ),
    Row(
        "decisions/own/<uuid:public_id>/",
        members(404, mai=200),
        lambda world: f"/decisions/own/{world.rows['decision'].public_id}/",
    ),
    # Of a hidden post its author alone reads why.
    Row(
        "posts/<uuid:public_id>/",
        everybody(404, mai=200),
        lambda world: f"/posts/{world.rows['hidden_post'].public_id}/",
    ),
    *(
        Row(
            "posts/<uuid:public_id>/report/",
            members(status, mai=own),
            lambda world: f"/posts/{world.post.public_id}/report/",
            method,
            lambda world: {"ground": "spam"},
        )
        for method, status, own in (("get", 200, 200), ("post", 302, 422))  # One's own is none.
    ),
    *(
        Row(
            f"{HANDLE}report/$",
            members(status, owner=own, editor=own),
            fixed("/@plage/report/"),
            method,
            lambda world: {"ground": "spam"},
        )
        for method, status, own in (("get", 200, 200), ("post", 302, 422))
    ),
    plain("/preferences/", everybody(302), method="post", language="fr"),
    plain("/posts/new/", members(200)),
    plain("/posts/new/", members(302), method="post", body="Look"),
    plain("/posts/products/", members(200)),
    # For scripts, which cannot follow to the sign-in.
    plain("/posts/draft/", everybody(200, anonymous=401, guest=401), method="post", body="Half"),
    plain("/posts/pictures/", everybody(422, anonymous=401, guest=401), method="post"),
    plain("/sell/", everybody(200)),
    # Those who have not confirmed their address are told so; the form stays.
    plain("/sell/", members(422), method="post", name="Étable"),
    # Without the browser's word that a page of ours asks.
    plain("/posts/seen/", everybody(403), method="post"),
    Row("posts/<uuid:public_id>/", everybody(200), lambda w: f"/posts/{w.post.public_id}/"),
    Row(
        "posts/<uuid:public_id>/reply/",
        members(302),
        lambda world: f"/posts/{world.post.public_id}/reply/",
        "post",
        lambda world: {"body": "Lovely"},
    ),
    *(
        Row(
            f"posts/<uuid:public_id>/{verb}/",
            members(302),
            lambda world, verb=verb: f"/posts/{world.post.public_id}/{verb}/",
            "post",
            lambda world, word=word: {word: "yes"},
        )
        for verb, word in (("like", "liked"), ("repost", "reposted"), ("bookmark", "bookmarked"))
    ),
    Row(
        "posts/<uuid:public_id>/edit/",
        members(403, mai=200),
        lambda world: f"/posts/{world.post.public_id}/edit/",
    ),
    Row(
        "posts/<uuid:public_id>/edit/",
        members(403, mai=302),
        lambda world: f"/posts/{world.post.public_id}/edit/",
        "post",
        lambda world: {"body": "Said better"},
    ),
    Row(
        "posts/<uuid:public_id>/history/",
        everybody(200),
        lambda world: f"/posts/{world.post.public_id}/history/",
    ),
    plain("/bookmarks/", members(200)),
    # Following is of somebody; the market is everybody's.
    Row("news/<str:feed>/", everybody(200), fixed("/news/market/?since=0")),
    Row(
        "news/<str:feed>/posts/",
        everybody(200, anonymous=404, guest=404),
        fixed("/news/following/posts/?since=0&until=0"),
    ),
    Row(
        "posts/<uuid:public_id>/delete/",
        members(403, mai=302),
        lambda world: f"/posts/{world.post.public_id}/delete/",
        "post",
    ),
    Row(f"{HANDLE}$", everybody(200), fixed("/@plage/")),
    *(Row(f"{HANDLE}{tab}/$", everybody(200), fixed(f"/@plage/{tab}/")) for tab in PROFILE_TABS),
    *(
        Row(
            f"{HANDLE}{verb}/$",
            members(302),
            fixed(f"/@plage/{verb}/"),
            "post",
            lambda world, verb=verb: {verb: "yes"},
        )
        for verb in ("follow", "mute", "block")
    ),
    plain("/me/muted/", members(200)),
    plain("/me/blocked/", members(200)),
    plain("/me/picture/", members(200)),
    plain("/me/picture/", members(422), method="post"),  # No picture was chosen.
]

BUYING = [
    Row(
        "products/<uuid:public_id>/<str:slug>/",
        everybody(200),
        lambda w: f"/products/{w.plage.product.public_id}/{w.plage.product.slug}/",
    ),
    *(
        Row(
            "shops/<uuid:public_id>/products.<str:form>",
            everybody(status),
            lambda world, form=form: f"/shops/{world.plage.merchant.public_id}/products.{form}",
        )
        for form, status in (("xml", 200), ("tsv", 200), ("csv", 404))
    ),
    Row(
        "variants/<uuid:public_id>/remind/",
        members(302),
        lambda world: f"/variants/{world.plage.variant.public_id}/remind/",
        "post",
    ),
    *(
        Row(
            f"drops/<uuid:public_id>/{verb}",
            expected,
            lambda world, verb=verb: f"/drops/{world.plage.drop.public_id}/{verb}",
            method,
        )
        for verb, method, expected in (
            ("", "get", everybody(200)),
            ("now/", "get", everybody(200)),
            # To the sheet: nobody waits.
            ("enter/", "post", everybody(302)),
            ("leave/", "post", everybody(302)),
            ("remind/", "post", members(302)),
        )
    ),
    Row(BUY, everybody(200), lambda world: f"/buy/{world.plage.product.public_id}/"),
    Row(
        f"{BUY}quote/",
        everybody(200),
        lambda world: f"/buy/{world.plage.product.public_id}/quote/",
        "post",
    ),
    Row(
        f"{BUY}draft/",
        everybody(200),
        lambda world: f"/buy/{world.plage.product.public_id}/draft/",
        "post",
    ),
    Row(
        f"{BUY}place/",
        everybody(409),  # An empty form holds no key of a purchase; it is given a fresh one.
        lambda world: f"/buy/{world.plage.product.public_id}/place/",
        "post",
    ),
    plain("/cart/", everybody(200)),
    plain("/cart/mini/", everybody(200)),
    Row(
        "cart/add/<uuid:public_id>/",
        everybody(302),
        lambda w: f"/cart/add/{w.plage.product.public_id}/?variant={w.plage.variant.public_id}",
        "post",
    ),
    # Each reaches the asker's own cart alone, which is empty here: there is no line to change,
    # and what is gone already stays gone.
    *(
        Row(
            f"{CART_REPLY}{verb}",
            members(404, mai=200),
            lambda world, verb=verb: f"/cart/replies/{world.rows['cart_reply'].public_id}/{verb}",
            method,
        )
        for verb, method in (("", "get"), ("choose/", "post"), ("undo/", "post"))
    ),
    Row(f"{CART}undo/", everybody(302), in_cart("undo"), "post", lambda world: {"quantity": "1"}),
    Row(
        f"{CART}change/", everybody(404), in_cart("change"), "post", lambda world: {"quantity": "1"}
    ),
    Row(f"{CART}save/", everybody(404), in_cart("save"), "post"),
    Row(f"{CART}remove/", everybody(302), in_cart("remove"), "post"),
    # Undo of a removal, by whoever has a cart.
    Row(
        f"{CART}back/",
        everybody(302, anonymous=404, guest=404),
        in_cart("back"),
        "post",
        lambda world: {"quantity": "1"},
    ),
    # The asker's own cart, which is empty here: there is nothing to pay for.
    Row(CHECKOUT, everybody(302), fixed("/checkout/eur/")),
    Row(f"{CHECKOUT}quote/", everybody(302), fixed("/checkout/eur/quote/"), "post"),
    Row(f"{CHECKOUT}draft/", everybody(200), fixed("/checkout/eur/draft/"), "post"),
    Row(f"{CHECKOUT}place/", everybody(302), fixed("/checkout/eur/place/"), "post"),
    # Answers for the asker's own keys alone; see test_keys.py.
    plain("/payments/settle/", everybody(200), method="post"),
    plain("/payments/outcome/", everybody(200)),
    plain("/orders/", members(200)),
    # Of the asker's own confirmed address; see checkout_pages/test_claiming.py.
    plain("/orders/claim/", members(302), method="post"),
    # The link is the right: whoever holds it may read the order. Who signs another id gets none.
    Row("orders/<str:token>/", everybody(200), lambda w: f"/orders/{token(w.order)}/"),
    Row(
        "orders/<str:token>/",
        everybody(404),
        lambda world: f"/orders/{world.order.public_id.hex}:forged/",
    ),
    Row(
        "orders/<str:token>/tracking/",
        everybody(200),
        lambda world: f"/orders/{token(world.order)}/tracking/",
    ),
    Row(
        "orders/<str:token>/cancel/",
        everybody(200),
        lambda world: f"/orders/{token(world.order)}/cancel/",
    ),
    Row(
        "orders/<str:token>/cancel/",
        everybody(404),
        lambda world: f"/orders/{world.order.public_id.hex}/cancel/",
        "post",
    ),
    Row(
        "orders/<str:token>/receipt.pdf",
        everybody(200),
        lambda world: f"/orders/{token(world.order)}/receipt.pdf",
    ),
    Row(
        "orders/<str:token>/receipt.pdf",
        everybody(404),
        lambda world: f"/orders/{world.order.public_id.hex}/receipt.pdf",
    ),
    Row(
        "orders/<str:token>/invoices/<uuid:public_id>.pdf",
        everybody(200),
        lambda world: (
            f"/orders/{token(world.order)}/invoices/{world.rows['invoice'].public_id}.pdf"
        ),
    ),
    Row(
        "orders/<str:token>/invoices/<uuid:public_id>.pdf",
        everybody(404),
        lambda world: f"/orders/x/invoices/{world.rows['invoice'].public_id}.pdf",
    ),
    Row(
        "orders/<str:token>/tracking/",
        everybody(404),
        lambda world: f"/orders/{world.order.public_id.hex}/tracking/",
    ),
    Row(
        "orders/<str:token>/returns/new/",
        everybody(302),
        lambda world: (
            f"/orders/{token(world.order)}/returns/new/?shop={world.plage.merchant.public_id}"
        ),
    ),
    Row(
        "orders/<str:token>/returns/new/",
        everybody(404),
        lambda world: (
            f"/orders/{world.order.public_id.hex}/returns/new/"
            f"?shop={world.plage.merchant.public_id}"
        ),
    ),
    *returns("", 200),
    *returns("withdraw/", 302, method="post"),
    *returns(
        "photos/<uuid:photo_id>/",
        200,
        path=lambda world: f"photos/{world.rows['return'].photos.get().public_id}/",
    ),
    Row(
        "terms/<uuid:public_id>/",
        everybody(200),
        lambda world: f"/terms/{world.plage.merchant.public_id}/",
    ),
]

# The link is the right to see who asks; who accepts has to be who was asked: catalogue/test_members.py.
INVITATIONS = [
    Row("invitations/<str:token>/", everybody(status), path, method)
    for method in ("get", "post")
    for path, status in (
        (lambda world: f"/invitations/{shop_members.token(world.rows['invitation'])}/", 200),
        (lambda world: f"/invitations/{world.rows['invitation'].public_id}/", 404),
    )
]

# A shop's owner goes to Stripe and back; nobody else does it for them, the operator's staff neither.
PAYOUTS = "merchants/<uuid:public_id>/payouts/"
OWNERS_ALONE = everybody(403, owner=302, other=404) | dict.fromkeys((*VISITORS, *SHOPPERS), 302)


def payouts(step: str, method: str) -> Row:
    return Row(
        f"{PAYOUTS}{step}/",
        OWNERS_ALONE,
        lambda world: f"/merchants/{world.plage.merchant.public_id}/payouts/{step}/",
        method,
    )


STRIPE = [
    payouts("connect", "post"),
    payouts("dashboard", "post"),
    payouts("again", "get"),
    payouts("returned", "get"),
]

MACHINES = [
    plain("/healthz/", everybody(200)),
    plain("/readyz/", everybody(200)),
    plain("/webhooks/stripe/", everybody(400), method="post"),  # Without Stripe's signature.
    # Without the connection's.
    Row(
        "webhooks/carriers/<slug:adapter>/<uuid:public_id>/",
        everybody(401),
        lambda world: f"/webhooks/carriers/generic/{world.plage.connection.public_id}/",
        "post",
    ),
]

# In the admin a stranger is sent to sign in, a shopper too and refused there.
OUTSIDE = dict.fromkeys((*VISITORS, *SHOPPERS), 302)
WORKBENCH = "/admin/fulfilment/fulfilmentorder/"


def inside(status: Status, **others: Status) -> Expected:
    return everybody(status) | OUTSIDE | others


# A card for other sites' frames, the same for everybody.
EMBEDDING = [
    Row(
        "embed/<uuid:public_id>/",
        everybody(200),
        lambda world: f"/embed/{world.plage.product.public_id}/",
    ),
    Row("embed/<uuid:public_id>/", everybody(404), fixed(f"/embed/{UUID(int=0)}/")),
    Row(
        "admin/catalogue/product/<int:object_id>/embed/",
        inside(200, other=404),
        lambda world: f"/admin/catalogue/product/{world.plage.product.pk}/embed/",
    ),
]

ADMIN = [
    plain("/admin/", inside(200)),
    # Sends on: inside, or to the shop's own sign-in; a signed-in shopper is refused.
    plain("/admin/login/", everybody(302, mai=403, stranger=403)),
    plain("/admin/logout/", inside(302), method="post"),
    plain("/admin/password_change/", inside(302)),
    plain("/admin/password_change/done/", inside(200)),
    plain("/admin/search/", inside(404)),
    plain("/admin/jsi18n/", inside(200)),
    Row(
        "admin/autocomplete/",
        inside(403, staff=200),
        lambda world: (
            "/admin/autocomplete/?"
            + urlencode(
                {"app_label": "catalogue", "model_name": "membership", "field_name": "user"}
            )
        ),
    ),
    # Who manages the shop sees who works for it.
    Row(
        "admin/catalogue/merchant/<path:object_id>/members/",
        inside(403, owner=200, staff=200),
        lambda world: f"/admin/catalogue/merchant/{world.plage.merchant.pk}/members/",
    ),
    # Leads from an id to a public page; there is none for a model without one.
    Row("admin/r/<path:content_type_id>/<path:object_id>/", inside(404), fixed("/admin/r/1/1/")),
    Row(
        "admin/fulfilment/fulfilmentorder/<path:object_id>/refund/",
        inside(403, owner=200, staff=200),
        lambda world: (
            f"/admin/fulfilment/fulfilmentorder/{world.plage.fulfilment_order.pk}/refund/"
        ),
    ),
    plain("/admin/checkout/reconciliationrun/ask/", inside(403, staff=302), method="post"),
    # Of an order of two shops each refunds its own part.
    Row(
        "admin/checkout/order/<path:object_id>/refund/",
        inside(403, owner=200, other=200, staff=200),
        lambda world: f"/admin/checkout/order/{world.order.pk}/refund/",
    ),
    Row("admin/^(?P<app_label>{apps})/$", inside(200), fixed("/admin/catalogue/")),
    # Plage's invoice, for whoever may see what Plage sends.
    Row(
        "admin/fulfilment/fulfilmentorder/<int:object_id>/invoices/<uuid:public_id>/",
        inside(200, other=404),
        lambda world: (
            f"/admin/fulfilment/fulfilmentorder/{world.plage.fulfilment_order.pk}"
            f"/invoices/{world.rows['invoice'].public_id}/"
        ),
    ),
    plain("/admin/fulfilment/fulfilmentorder/waiting/", inside(200)),
    plain("/admin/fulfilment/fulfilmentorder/views/", inside(200)),
    Row(
        "admin/fulfilment/fulfilmentorder/dispatch/",
        inside(200, editor=403, read_only=403, other=404),
        lambda world: f"{WORKBENCH}dispatch/?part={world.plage.fulfilment_order.pk}",
    ),
    *(
        plain(
            f"/admin/fulfilment/fulfilmentorder/dispatch/{name}",
            inside(200, editor=403, read_only=403),
        )
        for name in ("csv/", "template.csv")
    ),
    # What is written is looked at once more where it says nothing.
    *(
        Row(
            f"admin/fulfilment/fulfilmentorder/<int:object_id>/{kind}/",
            inside(422, editor=403, read_only=403, other=404, staff=200),
            lambda world, kind=kind: f"{WORKBENCH}{world.plage.fulfilment_order.pk}/{kind}/",
            "post",
        )
        for kind in ("note", "message")
    ),
    Row(
        "admin/fulfilment/fulfilmentorder/<path:object_id>/cancel/",
        inside(403, owner=200, staff=200),
        lambda world: f"{WORKBENCH}{world.plage.fulfilment_order.pk}/cancel/",
    ),
    *(
        Row(
            f"admin/fulfilment/fulfilmentorder/<path:object_id>/{kind}/",
            inside(200, other=404),
            lambda world, kind=kind: f"{WORKBENCH}{world.plage.fulfilment_order.pk}/{kind}/",
        )
        for kind in ("slip", "label")
    ),
    # Only what came is refunded, and by whoever may.
    Row(
        "admin/fulfilment/return/<path:object_id>/refund/",
        inside(403),
        lambda world: f"/admin/fulfilment/return/{world.rows['return'].pk}/refund/",
    ),
    Row(
        "admin/fulfilment/return/<int:object_id>/photos/<uuid:public_id>/",
        inside(200, other=404),
        lambda world: (
            f"/admin/fulfilment/return/{world.rows['return'].pk}"
            f"/photos/{world.rows['return'].photos.get().public_id}/"
        ),
    ),
    # A month that has no statement sends on to those that there are.
    *(
        Row(
            f"admin/checkout/merchantstatements/<int:object_id>/<str:currency>/<str:month>/{form}/",
            inside(302, other=404),
            lambda world, form=form: (
                f"/admin/checkout/merchantstatements/{world.plage.merchant.pk}/EUR/1999-01/{form}/"
            ),
        )
        for form in ("csv", "pdf")
    ),
    Row(
        "admin/catalogue/product/bulk/",
        inside(200, read_only=403),
        fixed("/admin/catalogue/product/bulk/"),
    ),
    Row(
        "admin/catalogue/product/<int:object_id>/preview/",
        inside(200, other=404),
        lambda world: f"/admin/catalogue/product/{world.plage.product.pk}/preview/",
    ),
    Row(
        "admin/catalogue/product/<int:object_id>/variants/",
        inside(200, fulfilment=403, read_only=403, other=404),
        lambda world: f"/admin/catalogue/product/{world.plage.product.pk}/variants/",
    ),
    *(
        Row(
            f"admin/catalogue/import/<path:object_id>/{view}/",
            # Of staff the pages that change something ask why first.
            inside(403, owner=status, editor=status, other=404, staff=200),
            lambda world, view=view: f"/admin/catalogue/import/{world.rows['import'].pk}/{view}/",
            method,
        )
        for view, method, status in (
            ("progress", "get", 200),
            ("mend", "get", 200),
            ("columns", "post", 200),  # Nothing was chosen.
            ("start", "post", 302),
            ("cancel", "post", 302),
            ("resume", "post", 302),
            ("pictures", "post", 302),
        )
    ),
    *(
        Row(
            f"admin/checkout/merchantexports/<int:object_id>/{name}/",
            inside(200, other=404),
            lambda world, name=name: (
                f"/admin/checkout/merchantexports/{world.plage.merchant.pk}/{name}/"
                "?first=2020-01-01&last=2020-12-31"
            ),
        )
        for name in ("products", "stock", "orders", "ledger")
    ),
    Row(
        "admin/checkout/ledgertransaction/export/",
        inside(403, staff=200),
        fixed("/admin/checkout/ledgertransaction/export/?first=2020-01-01&last=2020-12-31"),
    ),
    # A read-only member looks at a stocktake and does not count.
    *(
        Row(
            f"admin/catalogue/stocktake/<int:object_id>/{name}/",
            inside(status, read_only=403, other=404, staff=200),
            lambda world, name=name: (
                f"/admin/catalogue/stocktake/{world.rows['stocktake'].pk}/{name}/"
            ),
            method,
        )
        for name, method, status in (
            *[("count", "get", 200), ("sheet", "get", 200), ("file", "get", 200)],
            *[("differences", "get", 200), ("cancel", "post", 302), ("again", "post", 302)],
        )
    ),
    Row("admin/(?P<url>.*)$", inside(404), fixed("/admin/nowhere/")),
]


@dataclass(frozen=True)
class Model:
    """What the admin's pages of one model answer; `row` is Plage's or Maï's."""

    row: Callable[[Cast], Any]
    sees: frozenset[str]
    adds: frozenset[str] = frozenset()
    deletes: frozenset[str] = frozenset()
    # The other shop sees this row too: it has a part in it, or the row is not a shop's.
    shared: bool = False


STAFF = frozenset({"staff"})
SHOP = frozenset({*MEMBERS, "other", "staff"})
OWNERS = frozenset({"owner", "other", "staff"})
LISTERS = frozenset({"owner", "editor", "other", "staff"})
STOCKISTS = frozenset({"owner", "editor", "fulfilment", "other", "staff"})

MODELS: dict[str, Model] = {
    "accounts_user": Model(lambda world: world.mai, STAFF),
    "accounts_outgoingmail": Model(lambda world: world.rows["mail"], STAFF),
    "catalogue_category": Model(lambda world: world.rows["category"], STAFF, adds=STAFF),
    "catalogue_taxrate": Model(lambda world: world.rows["tax"], STAFF, adds=STAFF, deletes=STAFF),
    "catalogue_drop": Model(lambda world: world.plage.drop, SHOP, adds=LISTERS),
    "catalogue_import": Model(lambda world: world.rows["import"], LISTERS, adds=LISTERS),
    "catalogue_embedorigin": Model(
        lambda world: world.rows["origin"], SHOP, adds=OWNERS, deletes=OWNERS
    ),
    "catalogue_merchant": Model(lambda world: world.plage.merchant, SHOP),
    "catalogue_partneragreement": Model(lambda world: world.rows["agreement"], SHOP, adds=OWNERS),
    "catalogue_product": Model(lambda world: world.plage.product, SHOP, adds=LISTERS),
    "catalogue_shippingrate": Model(
        lambda world: world.plage.rate, SHOP, adds=LISTERS, deletes=LISTERS
    ),
    "catalogue_stockitem": Model(lambda world: world.plage.variant.stock, SHOP),
    "catalogue_stockmovement": Model(lambda world: world.plage.variant.movements.first(), SHOP),
    "catalogue_variant": Model(lambda world: world.plage.variant, SHOP),
    "catalogue_stocktake": Model(lambda world: world.rows["stocktake"], SHOP, adds=STOCKISTS),
    "checkout_offer": Model(lambda world: world.plage.offer, SHOP, adds=LISTERS),
    "checkout_order": Model(lambda world: world.order, SHOP, shared=True),
    "checkout_partneraccount": Model(lambda world: world.rows["blog"], STAFF),
    "checkout_payment": Model(lambda world: world.order.payments.get(), STAFF),
    "checkout_dispute": Model(lambda world: world.rows["dispute"], SHOP, shared=True),
    "checkout_merchantexports": Model(lambda world: world.plage.merchant, SHOP),
    "checkout_merchantstatements": Model(lambda world: world.plage.merchant, SHOP),
    "desk_application": Model(lambda world: world.rows["application"], STAFF),
    "desk_shopoverview": Model(lambda world: world.plage.merchant, SHOP),
    "checkout_transfer": Model(lambda world: world.rows["transfer"], SHOP),
    "checkout_transferreversal": Model(lambda world: world.rows["transfer"].reversals.get(), SHOP),
    "checkout_reconciliationfinding": Model(lambda world: world.rows["finding"], STAFF),
    "checkout_reconciliationrun": Model(lambda world: world.rows["finding"].run, STAFF),
    "checkout_refund": Model(lambda world: world.rows["refund"], STAFF),
    "checkout_stripeevent": Model(lambda world: world.rows["stripe_event"], STAFF),
    "checkout_ledgertransaction": Model(lambda world: world.rows["ledger"], STAFF),
    "feeds_case": Model(lambda world: world.rows["case"], STAFF, adds=STAFF),
    "feeds_decision": Model(lambda world: world.rows["decision"], STAFF),
    "feeds_appeal": Model(lambda world: world.rows["appeal"], STAFF),
    "feeds_post": Model(lambda world: world.post, STAFF),
    "feeds_promotion": Model(lambda world: world.rows["promotion"], SHOP, adds=LISTERS),
    "fulfilment_fulfilmentorder": Model(lambda world: world.plage.fulfilment_order, SHOP),
    "fulfilment_shipment": Model(lambda world: world.plage.parcel, SHOP),
    "fulfilment_return": Model(lambda world: world.rows["return"], SHOP),
    "fulfilment_returnpolicy": Model(
        lambda world: world.plage.merchant.return_policy, SHOP, adds=OWNERS
    ),
    "fulfilment_carrierconnection": Model(
        lambda world: world.plage.connection, OWNERS, adds=OWNERS
    ),
    "partners_apikey": Model(lambda world: world.rows["api_key"], OWNERS, adds=OWNERS),
    "partners_partner": Model(lambda world: world.rows["partner"], STAFF, adds=STAFF),
    "partners_agent": Model(lambda world: world.rows["agent"], STAFF),
    "protocols_acpconnection": Model(lambda world: world.rows["acp"], STAFF, adds=STAFF),
    "protocols_acpfeed": Model(lambda world: world.rows["acp_feed"], STAFF, adds=STAFF),
    "partners_requestline": Model(lambda world: world.rows["api_request"], OWNERS),
    "partners_application": Model(
        lambda world: world.rows["app"], OWNERS, adds=OWNERS, deletes=OWNERS
    ),
    "protocols_platform": Model(lambda world: world.rows["platform"], STAFF),
    "webhooks_delivery": Model(lambda world: world.plage.delivery, OWNERS),
    "webhooks_endpoint": Model(lambda world: world.plage.endpoint, OWNERS, adds=OWNERS),
    "webhooks_replay": Model(lambda world: world.plage.replay, OWNERS, adds=OWNERS),
    "webhooks_event": Model(lambda world: world.plage.delivery.event, SHOP),
}


def page(model: Model, base: str, view: str) -> Callable[[Cast], str]:
    return lambda world: f"/{base}{model.row(world).pk}/{view}"


def model_rows() -> list[Row]:
    found = []
    for name, model in MODELS.items():
        base = f"admin/{name.replace('_', '/', 1)}/"
        one = f"{base}<path:object_id>/"
        lists = {role: 200 if role in model.sees else 403 for role in ROLES} | OUTSIDE
        adds = {role: 200 if role in model.adds else 403 for role in ROLES} | OUTSIDE
        found += [
            Row(base, lists, fixed(f"/{base}")),
            Row(f"{base}add/", adds, fixed(f"/{base}add/")),
            # Without a view's name it leads to the change page, where its rule holds.
            Row(one, inside(302), page(model, base, "")),
        ]
        for view in ("change", "history", "delete"):
            each = {role: of_one(model, view, role) for role in ROLES} | OUTSIDE
            found.append(Row(f"{one}{view}/", each, page(model, base, f"{view}/")))
    return found


def of_one(model: Model, view: str, role: str) -> Status:
    """403 where the page is not for the role at all, 404 where the row is not for the person."""
    if view == "delete" and role not in model.deletes:
        return 403
    if role not in model.sees:
        return 404 if view == "history" else 403
    return 404 if role == "other" and not model.shared else 200


def asked_by_plages_app(world: Cast) -> str:
    """Where Plage's app sends somebody whom it wants to let it see their cart."""
    app = world.rows["app"]
    asked = {"client_id": app.client_id, "response_type": "code", "scope": "carts:read"}
    asked |= {"code_challenge": "c" * 43, "code_challenge_method": "S256"}
    return f"/oauth/authorize/?{urlencode(asked)}"


OAUTH = [
    Row("oauth/authorize/", members(200), asked_by_plages_app),
    Row(
        "oauth/authorize/",
        members(302),
        asked_by_plages_app,
        "post",
        lambda world: {"answer": "allow", "as": "me"},
    ),
    # For a shop: who works there for it, and may all of it; nobody may look into its cart.
    Row(
        "oauth/authorize/",
        members(422),
        asked_by_plages_app,
        "post",
        lambda world: {"answer": "allow", "as": str(world.plage.merchant.public_id)},
    ),
    # Apps prove themselves by their secrets, whoever is signed in.
    plain("/oauth/token/", everybody(400), method="post"),
    plain("/oauth/revoke/", everybody(400), method="post"),
    plain("/oauth/introspect/", everybody(401), method="post"),
    Row(
        "oauth/apps/<uuid:public_id>/end/",
        members(404, mai=302),
        lambda world: f"/oauth/apps/{world.rows['app'].public_id}/end/",
        "post",
    ),
    # Maï's app asks for nothing that costs: there is nothing to bound.
    Row(
        "oauth/consents/<uuid:public_id>/bounds/",
        members(404, mai=302),
        lambda world: f"/oauth/consents/{world.rows['consent'].public_id}/bounds/",
    ),
    plain("/.well-known/oauth-authorization-server", everybody(200)),
    plain("/.well-known/oauth-protected-resource", everybody(200)),
]


def prepared(world: Cast) -> CheckoutSession:
    """What an agent has prepared for nobody in particular."""
    line = WantedLine("li_1", "tee", world.plage.variant.public_id, 1)
    return sessions.open_session(Caller("ucp", "ucp:agent"), Wanted(lines=(line,)))


SESSION = "ucp/v1/checkout-sessions/<str:public_id>"


def session(verb: str) -> Callable[[Cast], str]:
    return lambda world: f"/ucp/v1/checkout-sessions/{prepared(world).public_id}{verb}"


def session_page(verb: str) -> Callable[[Cast], str]:
    return lambda world: f"/buy/session/{sessions.token(prepared(world))}/{verb}"


def of_order(before: str) -> Callable[[Cast], str]:
    return lambda world: f"/{before}{world.order.public_id}"


# Programs prove who they are by what they sign, whoever is signed in; here none says who calls.
PROTOCOLS = [
    # Whoever holds the address of what was prepared for them goes on with it, on a page.
    Row("buy/session/<str:token>/", everybody(200), session_page("")),
    Row("buy/session/<str:token>/", everybody(404), fixed("/buy/session/forged/")),
    Row("buy/session/<str:token>/go/", everybody(302), session_page("go/"), "post"),
    Row("buy/session/<str:token>/go/", everybody(404), fixed("/buy/session/forged/go/"), "post"),
    plain("/.well-known/ucp", everybody(200)),
    plain("/ucp/v1/checkout-sessions", everybody(400), method="post"),
    Row(SESSION, everybody(400), session("")),
    Row(f"{SESSION}/complete", everybody(400), session("/complete"), "post"),
    Row(f"{SESSION}/cancel", everybody(400), session("/cancel"), "post"),
    plain("/ucp/v1/carts", everybody(400), method="post"),
    Row("ucp/v1/carts/<str:public_id>", everybody(400), fixed("/ucp/v1/carts/x")),
    Row(
        "ucp/v1/carts/<str:public_id>/cancel",
        everybody(400),
        fixed("/ucp/v1/carts/x/cancel"),
        "post",
    ),
    plain("/ucp/v1/catalog/search", everybody(400), method="post"),
    plain("/ucp/v1/catalog/lookup", everybody(400), method="post"),
    plain("/ucp/v1/catalog/product", everybody(400), method="post"),
    Row("ucp/v1/orders/<uuid:public_id>", everybody(400), of_order("ucp/v1/orders/")),
    Row("orders/<uuid:public_id>", everybody(400), of_order("orders/")),
    # There is no such thing without a secret, which the tests' settings have not got.
    Row(
        "testing/simulate-shipping/<uuid:public_id>",
        everybody(404),
        of_order("testing/simulate-shipping/"),
        "post",
    ),
]

DEVELOPERS = [
    plain("/developers/", everybody(200)),
    plain("/developers/walkthrough/", everybody(200)),
    plain("/developers/errors/", everybody(200)),
    Row("developers/reference/<slug:noun>/", everybody(200), fixed("/developers/reference/me/")),
]


ACP = [
    plain("/.well-known/acp.json", everybody(200)),
    *(
        Row(pattern, everybody(acp_rows.NOTHING), fixed(path), method)
        for pattern, path, method in acp_rows.calls()
    ),
]


def rows() -> list[Row]:
    return [
        *ACP,
        *SIGN_IN,
        *NETWORKS,
        *TWO_FACTOR,
        *ACCOUNT,
        *PRIVACY,
        *FEED,
        *BUYING,
        *INVITATIONS,
        *EMBEDDING,
        *STRIPE,
        *MACHINES,
        *OAUTH,
        *PROTOCOLS,
        *DEVELOPERS,
        *ADMIN,
        *model_rows(),
    ]


# Only there in development: kept mails, uploaded files.
DEVELOPMENT = ("mails/", "^media/")
