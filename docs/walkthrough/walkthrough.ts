// List a product, post it, hear that somebody bought it, and ship it: in TypeScript.
//
//     ETAL_KEY=etal_live_… node walkthrough.ts
//
// It needs Node 22.18 or later, which runs TypeScript as it stands, and no package; below a package.json, one
// with "type": "module". The key is a shop's, with the scopes products:read, products:write, posts:write,
// fulfilment:write and webhooks:write. Étal is looked for on this machine (`make run`), unless ETAL_URL says
// where it is.

import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

// == settings ==
const URL = process.env.ETAL_URL ?? "http://localhost:8000";
const KEY = process.env.ETAL_KEY;
// Where this program listens for webhooks, and under which address Étal reaches that.
const HOOK_PORT = Number(process.env.HOOK_PORT ?? 8900);
const HOOK_URL = process.env.HOOK_URL ?? `http://127.0.0.1:${HOOK_PORT}/hooks`;
// What the Idempotency-Keys of this run begin with. Yours come from your own records (the number of the
// product, of the parcel), so that a program that died and starts again sends the same ones.
const RUN = process.env.RUN ?? randomUUID();

// The fields that are used here; the reference has all of them.
type Product = { id: string; title: string; url: string };
type Variant = { id: string };
type Post = { id: string; url: string };
type NewWebhook = { id: string; secret: string };
type Shipment = { carrier: string; tracking_number: string };
type Order = {
  id: string;
  order: { reference: string };
  lines: { variant: string; quantity: number }[];
  address: { city: string };
};
type Message = { id: string; type: string; data: Order };
type Answer<Body> = { body: Body; etag: string };

// == call ==
// One call. After a lost line, or from a busy server, it is sent again: for that it has an Idempotency-Key.
async function call<Body>(
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer<Body>> {
  for (const wait of [1, 3, 9, 0]) {
    const answer = await fetch(`${URL}/api/v1/${path}`, {
      method,
      headers: { Authorization: `Bearer ${KEY}`, "Content-Type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    }).catch((lost: unknown) => {
      if (wait === 0) throw lost;
    });
    if (answer?.ok) {
      const text = await answer.text();
      return { body: (text ? JSON.parse(text) : null) as Body, etag: answer.headers.get("ETag") ?? "" };
    }
    if (answer && (wait === 0 || !([409, 429].includes(answer.status) || answer.status >= 500))) {
      // A problem (RFC 9457): programs go by `code`, people read `detail`.
      throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    }
    await sleep(1000 * Number(answer?.headers.get("Retry-After") ?? wait));
  }
  throw new Error("the last round returns or throws");
}

// == verify ==
// The signature is over id, time and the very bytes of the body: verify first, parse afterwards.
function isOurs(secret: string, headers: IncomingHttpHeaders, body: Buffer): boolean {
  const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signatures } = headers;
  // An old message may have been recorded by somebody and be sent anew.
  if (!id || !signatures || !(Math.abs(Date.now() / 1000 - Number(time)) <= 300)) return false;
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const right = createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest();
  // After the secret was changed there are two signatures for a day.
  return `${signatures}`.split(" ").some((each) => {
    const [version, signature = ""] = each.split(",");
    const given = Buffer.from(signature, "base64");
    return version === "v1" && given.length === right.length && timingSafeEqual(given, right);
  });
}

// == receive ==
// What was received and verified.
const received: Message[] = [];
let secret = "";
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (!isOurs(secret, request.headers, body)) {
    response.writeHead(400).end();
    return;
  }
  // Answer at once, work afterwards: Étal waits 15 seconds.
  received.push({ ...JSON.parse(body.toString()), id: `${request.headers["webhook-id"]}` });
  response.writeHead(204).end();
});

// Listen, and subscribe to paid orders. The secret is in this answer and in no other: keep it.
async function listen(): Promise<string> {
  const { body: webhook } = await call<NewWebhook>("POST", "webhooks/", {
    body: { url: HOOK_URL, types: ["fulfilment_order.opened"] },
    headers: { "Idempotency-Key": `${RUN}-webhook` },
  });
  secret = webhook.secret;
  await new Promise<void>((listening) => server.listen(HOOK_PORT, "127.0.0.1", listening));
  console.log(`Webhooks come to ${HOOK_URL}.`);
  return webhook.id;
}

// == forged ==
// Anybody can post to your address. What they do not have is the secret.
async function refuseAForgedOne(): Promise<void> {
  const guess = createHmac("sha256", "a guess").digest("base64");
  const answer = await fetch(`http://127.0.0.1:${HOOK_PORT}/hooks`, {
    method: "POST",
    headers: {
      "webhook-id": "evt_forged",
      "webhook-timestamp": `${Math.floor(Date.now() / 1000)}`,
      "webhook-signature": `v1,${guess}`,
    },
    body: JSON.stringify({ type: "fulfilment_order.opened", data: {} }),
  });
  if (answer.status !== 400) throw new Error("A forged message got in.");
  console.log("A forged message was refused.");
}

// == list ==
// A draft with its stock first; then, when all is there, it is published.
async function listProduct(): Promise<Product> {
  const { body: draft, etag } = await call<Product>("POST", "products/", {
    body: {
      title: "Enamel mug",
      description: "<p>Holds 350 ml, and a fall.</p>",
      option_names: ["Colour"],
      variants: [
        {
          option_values: ["Blue"],
          price: { amount: 1250, currency: "EUR" }, // 12.50 €: money is in cents
          on_hand: 5,
        },
      ],
    },
    headers: { "Idempotency-Key": `${RUN}-product` },
  });
  // If-Match: change it only if it is still the product that we have seen; 412 says that it is not.
  const { body: product } = await call<Product>("PATCH", `products/${draft.id}/`, {
    body: { status: "active" },
    headers: { "If-Match": etag, "Idempotency-Key": `${RUN}-publish` },
  });
  console.log(`Listed: ${product.title}, ${product.url}`);
  return product;
}

// == post ==
// The shop's followers see the words with a card of the product, and its Buy now.
async function postProduct(product: Product): Promise<void> {
  const { body: post } = await call<Post>("POST", "posts/", {
    body: { text: "The enamel mugs are here.", products: [product.id] },
    headers: { "Idempotency-Key": `${RUN}-post` },
  });
  console.log(`Posted: ${post.url}\nNow somebody has to buy it. Waiting …`);
}

// == ship ==
// Wait for a paid order that has the product in it, and hand it to a carrier.
async function shipTheOrderOf(product: Product): Promise<void> {
  const { body: variants } = await call<{ data: Variant[] }>("GET", `products/${product.id}/variants/`);
  const wanted = new Set(variants.data.map((variant) => variant.id));
  let message: Message | undefined;
  while (!message?.data.lines.some((line) => wanted.has(line.variant))) {
    message = received.shift();
    if (!message) await sleep(200);
  }
  const order = message.data;
  console.log(`Paid: ${order.order.reference}, to ${order.address.city}. Verified.`);
  // A webhook may come twice. The key is made of its id, so that the parcel is not sent twice.
  const { body: shipment } = await call<Shipment>("POST", `fulfilment-orders/${order.id}/shipments/`, {
    body: { carrier: "Colissimo", tracking_number: "6A12345678901" },
    headers: { "Idempotency-Key": `ship-${message.id}` },
  });
  console.log(`Shipped: ${shipment.carrier} ${shipment.tracking_number}`);
}

// == all ==
const webhookId = await listen();
await refuseAForgedOne();
const product = await listProduct();
await postProduct(product);
await shipTheOrderOf(product);
// Only because this program ends now: yours listens on, and keeps its webhook.
await call("DELETE", `webhooks/${webhookId}/`);
server.close();
console.log("Done: listed, posted, sold, verified and shipped.");
