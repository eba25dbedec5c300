// The cart on every page: its number, adding to it, and the small cart beside the feed.
// The server says how many pieces there are in a cookie: "g3" a guest's, "m3" a member's.
import { toast, words } from "../toasts.js";

const toasts = document.getElementById("toasts");
const { cart, mini } = words; // addresses: the cart's, below which all of it is, and the small one's
const place = document.getElementById("mini-cart");
const mine = document.querySelector("#act [name=csrfmiddlewaretoken]") ? "m" : "g";

function pieces() {
  const [, whose, count] = /(?:^|; )cart=([gm])(\d+)/.exec(document.cookie) ?? [];
  // Whoever was signed in here before: their number is not shown to the next.
  if (whose === "m" && mine === "g") document.cookie = "cart=; path=/; max-age=0; samesite=lax";
  return whose === mine ? Number(count) : null;
}

function show() {
  const count = pieces() ?? 0;
  for (const badge of document.querySelectorAll("[data-cart-count]")) {
    badge.textContent = count > 99 ? "99+" : String(count);
    badge.hidden = count === 0;
  }
}

// After signing in nobody has counted yet: asking also brings along what the guest had.
async function look() {
  const count = pieces();
  const unknown = count === null && mine === "m";
  const seen = place?.parentElement.checkVisibility();  // Empty, it takes no room itself.
  try {
    if (place && (unknown || (seen && (count || place.childElementCount)))) {
      await htmx.ajax("GET", mini, { target: place, swap: "innerHTML" });
    } else if (unknown && !document.getElementById("cart")) await fetch(mini);
  } catch { /* The next page asks again. */ }
  show();
}

// One addition after the other: a new guest gets their name with the first answer.
let before = Promise.resolve();

async function add(button) {
  button.setAttribute("aria-busy", "true");
  try {
    await htmx.ajax("POST", button.getAttribute("formaction"), {
      source: button, target: toasts, swap: "beforeend",
      values: Object.fromEntries(new FormData(button.form)),
    });
  } catch { /* Said below. */ }
  button.removeAttribute("aria-busy");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add]");
  if (!button || event.defaultPrevented) return;
  event.preventDefault();
  if (button.getAttribute("aria-busy")) return;
  before = before.then(() => add(button));
});

// A refusal is shown where the answer would have been.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  const ours = target?.id === "cart" || target === toasts || target?.matches?.(".toast, [data-cart-reply]");
  if (!ours || ![404, 409, 422, 429].includes(xhr.status)) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

// The stepper moves at once, and back on failure; the totals come with the answer.
function step(shown, count) {
  shown.textContent = String(count);
  for (const each of shown.parentElement.querySelectorAll("[data-step]")) {
    const next = Math.max(count + Number(each.dataset.step), 1);
    each.value = String(Math.min(next, Number(shown.dataset.most)));
  }
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const button = event.detail.requestConfig.triggeringEvent?.submitter;
  if (!button?.dataset.step) return;
  const shown = button.parentElement.querySelector("output");
  shown.dataset.was ??= shown.textContent;
  step(shown, Number(button.value));
});

for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    const { path } = event.detail.requestConfig;
    if (!path.startsWith(cart) || path === mini) return;
    toast(words.failed);
    for (const shown of document.querySelectorAll("#cart output[data-was]")) {
      step(shown, Number(shown.dataset.was));
    }
  });
}

document.addEventListener("htmx:afterRequest", (event) => {
  const { verb, path } = event.detail.requestConfig;
  if (!path.startsWith(cart) || path === mini) return;
  if (verb === "get") show();
  else look();
});

// What had the focus may be gone with its line.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id !== "cart" || document.activeElement !== document.body) return;
  document.getElementById("cart-title").focus({ preventScroll: true });
});

addEventListener("pageshow", (event) => event.persisted && look());
look();
