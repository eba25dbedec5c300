// The payment provider's card fields in the sheet.
import { appearance, fonts, open } from "./provider.js";
import { form } from "./sheet.js";

let stripe = null;
let elements = null;
let element = null;

export async function provider() {
  stripe = await open(form());
  return stripe;
}

export const amount = () => Number(form().elements.seen_amount.value);
export const currency = () => form().elements.seen_currency.value.toLowerCase();
const keeps = () => Boolean(form().elements.keep?.checked);
const asks = () => ({ amount: amount(), currency: currency(), setupFutureUsage: keeps() ? "on_session" : null });

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
