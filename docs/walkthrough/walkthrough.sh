#!/usr/bin/env bash
# List a product, post it, hear that somebody bought it, and ship it: with curl.
#
#     ETAL_KEY=etal_live_… bash walkthrough.sh
#
# It needs curl, openssl, and python3 to read JSON and to listen (no package). The key is a shop's, with the
# scopes products:read, products:write, posts:write, fulfilment:write and webhooks:write. Étal is looked for
# on this machine (`make run`), unless ETAL_URL says where it is.
set -euo pipefail

# == settings ==
URL=${ETAL_URL:-http://localhost:8000}
# Where this program listens for webhooks, and under which address Étal reaches that.
HOOK_PORT=${HOOK_PORT:-8900}
HOOK_URL=${HOOK_URL:-http://127.0.0.1:$HOOK_PORT/hooks}
# What the Idempotency-Keys of this run begin with. Yours come from your own records (the number of the
# product, of the parcel), so that a program that died and starts again sends the same ones.
RUN=${RUN:-$(openssl rand -hex 8)}

# == call ==
# call METHOD PATH KEY [BODY [MORE FOR CURL…]] prints the answer. From a busy server, or after a lost line, it is sent
# again: for that it has an Idempotency-Key. Of a refusal it prints the problem (RFC 9457), and ends.
call() {
  local method=$1 path=$2 key=$3 body=${4:-} answer
  # The API key goes in by a file, so that no list of processes shows it.
  answer=$(curl --silent --show-error --fail-with-body --retry 3 --request "$method" "$URL/api/v1/$path" \
    --header @<(printf 'Authorization: Bearer %s' "$ETAL_KEY") \
    --header "Content-Type: application/json" --header "Idempotency-Key: $key" \
    ${body:+--data "$body"} "${@:5}") || { echo "$method $path: $answer" >&2; exit 1; }
  printf '%s' "$answer"
}

# value EXPRESSION takes a value out of the JSON that comes in: value '["id"]'
value() {
  python3 -c "import json, sys; print(json.load(sys.stdin)$1)"
}

# == verify ==
# Is the message in the file $1 from Étal? The signature is over id, time and the very bytes of the body.
# The HMAC's key is what stands behind whsec_ in the secret, decoded.
is_ours() {
  local now age key right
  now=$(date +%s)
  [[ ${HEADER_TIMESTAMP:-} =~ ^[0-9]+$ ]] || return 1
  # An old message may have been recorded by somebody and be sent anew.
  age=$((now - HEADER_TIMESTAMP))
  ((age <= 300 && age >= -300)) || return 1
  key=$(printf %s "${SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
  right=$({ printf '%s.%s.' "$HEADER_ID" "$HEADER_TIMESTAMP"; cat "$1"; } |
    openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
  # After the secret was changed there are two signatures for a day, with a space between them.
  [[ " ${HEADER_SIGNATURE:-} " == *" v1,$right "* ]]
}

# == receive ==
# Bash cannot listen. This small server keeps each message in a file, and asks the function above what to answer.
export -f is_ours
listen() {
  exec python3 - "$HOOK_PORT" "$INBOX" <<'PYTHON'
import os, subprocess, sys, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

port, inbox = int(sys.argv[1]), sys.argv[2]

class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        name = os.path.join(inbox, uuid.uuid4().hex)
        with open(name, "wb") as file:
            file.write(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        told = {f"HEADER_{each.upper()}": self.headers.get(f"webhook-{each}", "") for each in ("id", "timestamp", "signature")}
        ours = subprocess.run(["bash", "-c", 'is_ours "$1"', "bash", name], env={**os.environ, **told}).returncode == 0
        self.send_response(204 if ours else 400)
        self.send_header("Content-Length", "0")
        self.end_headers()
        if ours:
            with open(f"{name}.id", "w") as file:
                file.write(told["HEADER_ID"])
            os.rename(name, f"{name}.json")

    def log_message(self, *args):
        pass

ThreadingHTTPServer(("127.0.0.1", port), Receiver).serve_forever()
PYTHON
}

INBOX=$(mktemp -d)
# Subscribe to paid orders. The secret is in this answer and in no other: keep it.
webhook=$(call POST webhooks/ "$RUN-webhook" "{\"url\": \"$HOOK_URL\", \"types\": [\"fulfilment_order.opened\"]}")
webhook_id=$(value '["id"]' <<<"$webhook")
SECRET=$(value '["secret"]' <<<"$webhook")
export SECRET
listen &
trap 'kill %1; rm -r "$INBOX"' EXIT
echo "Webhooks come to $HOOK_URL."

# == forged ==
# Anybody can post to your address. What they do not have is the secret.
guess=$(printf 'a guess' | openssl dgst -sha256 -binary | openssl base64 -A)
status=$(curl --silent --retry 9 --retry-connrefused --retry-delay 1 --output /dev/null --write-out '%{http_code}' \
  "http://127.0.0.1:$HOOK_PORT/hooks" --header "webhook-id: evt_forged" \
  --header "webhook-timestamp: $(date +%s)" --header "webhook-signature: v1,$guess" \
  --data '{"type": "fulfilment_order.opened", "data": {}}')
[[ $status == 400 ]] || { echo "A forged message got in." >&2; exit 1; }
echo "A forged message was refused."

# == list ==
# A draft with its stock first; then, when all is there, it is published. Money is in cents: 1250 is 12.50 €.
product=$(call POST products/ "$RUN-product" '{
  "title": "Enamel mug",
  "description": "<p>Holds 350 ml, and a fall.</p>",
  "option_names": ["Colour"],
  "variants": [
    {"option_values": ["Blue"], "price": {"amount": 1250, "currency": "EUR"}, "on_hand": 5}
  ]
}' --dump-header "$INBOX/headers")
product_id=$(value '["id"]' <<<"$product")
# If-Match: change it only if it is still the product that we have seen; 412 says that it is not.
etag=$(tr -d '\r' <"$INBOX/headers" | sed -n 's/^[Ee][Tt][Aa][Gg]: //p')
product=$(call PATCH "products/$product_id/" "$RUN-publish" '{"status": "active"}' --header "If-Match: $etag")
echo "Listed: $(value '["title"]' <<<"$product"), $(value '["url"]' <<<"$product")"

# == post ==
# The shop's followers see the words with a card of the product, and its Buy now.
post=$(call POST posts/ "$RUN-post" "{\"text\": \"The enamel mugs are here.\", \"products\": [\"$product_id\"]}")
echo "Posted: $(value '["url"]' <<<"$post")"
echo "Now somebody has to buy it. Waiting …"

# == ship ==
# Wait for a paid order that has the product in it, and hand it to a carrier.
variant=$(call GET "products/$product_id/variants/" "" | value '["data"][0]["id"]')
until message=$(grep --files-with-matches "$variant" "$INBOX"/*.json 2>/dev/null | head -n 1) && [[ $message ]]; do
  sleep 0.2
done
echo "Paid: $(value '["data"]["order"]["reference"]' <"$message"), to $(value '["data"]["address"]["city"]' <"$message"). Verified."
# A webhook may come twice. The key is made of its id, so that the parcel is not sent twice.
order_id=$(value '["data"]["id"]' <"$message")
shipment=$(call POST "fulfilment-orders/$order_id/shipments/" "ship-$(cat "${message%.json}.id")" \
  '{"carrier": "Colissimo", "tracking_number": "6A12345678901"}')
echo "Shipped: $(value '["carrier"]' <<<"$shipment") $(value '["tracking_number"]' <<<"$shipment")"

# == all ==
# Only because this program ends now: yours listens on, and keeps its webhook.
call DELETE "webhooks/$webhook_id/" "$RUN-end"
echo "Done: listed, posted, sold, verified and shipped."
