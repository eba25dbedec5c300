// Pages always come from the network: what they show changes by the second, and those of members are
// nobody else's. Kept are only our style sheets, scripts, pictures and fonts, and a page that says
// that there is no network. Whatever is sent, bought or asked by a script passes by untouched.
"use strict";
const NAME = "etal-{{ version }}";
const ASSETS = {{ assets|safe }};
const PAGES = {{ pages|safe }};
const STATIC = "{{ static }}";
const NAMED_BY_CONTENT = {{ named_by_content|yesno:"true,false" }};
const SPOKEN = "/language"; // no page: what the last one was written in

addEventListener("install", (event) => {
  const fill = async () => (await caches.open(NAME)).addAll(ASSETS);
  event.waitUntil(fill().then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const clear = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("etal-") && name !== NAME);
    await Promise.all(old.map((name) => caches.delete(name)));
    await clients.claim();
  };
  event.waitUntil(clear());
});

async function page(request) {
  const cache = await caches.open(NAME);
  try {
    const answer = await fetch(request);
    const language = answer.headers.get("Content-Language");
    if (language in PAGES) cache.put(SPOKEN, new Response(language));
    return answer;
  } catch (problem) {
    const spoken = await (await cache.match(SPOKEN))?.text();
    const first = navigator.languages.map((each) => each.slice(0, 2)).find((each) => each in PAGES);
    const said = await cache.match(PAGES[spoken ?? first ?? "en"]);
    if (said) return said;
    throw problem;
  }
}

async function file(request) {
  const cache = await caches.open(NAME);
  const here = await cache.match(request);
  if (here && NAMED_BY_CONTENT) return here;
  try {
    const answer = await fetch(request);
    if (answer.ok && answer.status === 200) cache.put(request, answer.clone());
    return answer;
  } catch (problem) {
    if (here) return here;
    throw problem;
  }
}

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || request.headers.has("Range")) return;
  const address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (address.pathname.startsWith(STATIC)) event.respondWith(file(request));
});
