// The payment provider's fields: its script is asked for only once a sheet is open.
import { form } from "./sheet.js";

let script = null;
let stripe = null;
let elements = null;
let element = null;

function load(source) {
  script ??= new Promise((resolve, reject) => {
    const tag = document.createElement("script");
    tag.src = source;
    tag.onload = () => resolve(window.Stripe);
    tag.onerror = () => {
      tag.remove();
      script = null;
      reject(new Error("the payment script did not load"));
    };
    document.head.append(tag);
  });
  return script;
}

export async function provider() {
  const { stripeScript, stripeKey } = form().dataset;
  const make = await load(stripeScript);
  stripe ??= make(stripeKey, { locale: document.documentElement.lang });
  return stripe;
}

const amount = () => Number(form().elements.seen_amount.value);
const currency = () => form().elements.seen_currency.value.toLowerCase();
const keeps = () => Boolean(form().elements.keep?.checked);
const asks = () => ({ amount: amount(), currency: currency(), setupFutureUsage: keeps() ? "on_session" : null });

// Tokens are written in oklch; the provider's frame wants plain colours.
function colour(token) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  const probe = document.createElement("i");
  probe.className = `probe-${token}`;
  form().append(probe);
  paint.fillStyle = getComputedStyle(probe).color;
  probe.remove();
  paint.fillRect(0, 0, 1, 1);
  const bytes = [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

const appearance = () => ({
  theme: "stripe",
  labels: "above",
  variables: {
    colorPrimary: colour("brand"),
    colorBackground: colour("surface"),
    colorText: colour("ink"),
    colorTextSecondary: colour("ink-2"),
    colorTextPlaceholder: colour("ink-3"),
    colorDanger: colour("danger"),
    fontFamily: "Figtree, system-ui, sans-serif",
    fontSizeBase: "16px",
    borderRadius: "10px",
  },
});

// The page's own text face, which is preloaded in its head.
const fonts = () => [...document.querySelectorAll('link[rel="preload"][as="font"]')].map((link) => (
  { family: "Figtree", src: `url(${link.href})`, weight: "300 900" }
));

// Name and address are in our own form: the provider need not ask again.
const NEVER = { name: "never", email: "never", phone: "never", address: "never" };

export async function mount() {
  const box = document.getElementById("buy-card");
  if (!box || element || !amount()) return;
  box.hidden = false;
  const shop = await provider();
  if (element || !box.isConnected) return;
  const { setupFutureUsage, ...sum } = asks();
  elements = shop.elements({
    mode: "payment",
    ...sum,
    ...(setupFutureUsage ? { setupFutureUsage } : {}),
    locale: document.documentElement.lang,
    appearance: appearance(),
    fonts: fonts(),
  });
  element = elements.create("payment", { layout: "tabs", fields: { billingDetails: NEVER } });
  element.on("ready", () => {
    box.removeAttribute("aria-busy");
    box.querySelector(".waiting")?.remove();
  });
  element.on("escape", () => document.dispatchEvent(new CustomEvent("sheet:escape")));
  element.on("loaderror", () => document.dispatchEvent(new CustomEvent("sheet:no-card-fields")));
  const place = document.createElement("div");
  box.append(place);
  element.mount(place);
}

export function refresh() {
  if (elements && amount()) elements.update(asks());
}

export function unmount() {
  element?.destroy();
  element = elements = null;
}

export const submit = () => elements.submit();
export const focusCard = () => element?.focus();

// From the saved address that is picked, else from what is typed.
function value(name) {
  const saved = form().querySelector('[name="address"]:checked');
  if (saved && saved.value !== "new") return saved.dataset[name] ?? "";
  return form().elements[name]?.value?.trim() ?? "";
}

export async function token() {
  const address = {
    line1: value("line1"), line2: value("line2"), postal_code: value("postal_code"), city: value("city"),
    state: value("region"), country: value("country"),
  };
  const billing = { name: value("name"), email: form().dataset.email || form().elements.email.value, phone: value("phone"), address };
  return stripe.createConfirmationToken({
    elements,
    params: { payment_method_data: { billing_details: billing }, return_url: location.href },
  });
}

export async function nextAction(clientSecret) {
  const shop = await provider();
  return shop.handleNextAction({ clientSecret });
}

addEventListener("change", (event) => {
  if (event.target.matches('#buy-form [name="keep"]')) refresh();
});
