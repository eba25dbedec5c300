"""Where carriers show a parcel's way."""

from urllib.parse import quote

# By the name that a merchant types, in lower case. The parcel's number goes where {} stands.
TRACKING_PAGES = {
    "bpost": "https://track.bpost.cloud/btr/web/#/search?itemCode={}",
    "chronopost": "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={}",
    "colissimo": "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
    "dpd": "https://tracking.dpd.de/status/en_US/parcel/{}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={}",
    "gls": "https://gls-group.com/track/{}",
    "la poste": "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
    "ups": "https://www.ups.com/track?tracknum={}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
}


def tracking_url(carrier: str, tracking_number: str) -> str:
    """The carrier's page about a parcel; empty for a carrier we do not know, or no number."""
    page = TRACKING_PAGES.get(carrier.strip().lower(), "")
    number = tracking_number.replace(" ", "")
    return page.format(quote(number, safe="")) if page and number else ""
