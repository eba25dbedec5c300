// Paying with a wallet of the browser's, where it has one: the wallet knows address and e-mail, and
// the figure that it shows is the one that the server gave for that address.
import { begin, end, isRunning, running } from "./attempt.js";
import { send } from "./outcome.js";
import { form, note, pay } from "./sheet.js";
import { amount, currency, provider } from "./stripe.js";

const ADDRESS = ["country", "name", "line1", "postal_code", "city", "region", "phone"];
let elements = null;
let element = null;
let offered = false;
let quoted = null;

const box = () => document.getElementById("buy-wallets");
const payable = () => pay() && !pay().dataset.choose && quoted;

function show() {
  box()?.classList.toggle("away", !(offered && payable()));
}

function fieldsFor(address) {
  const fields = new FormData(form());
  fields.set("card", "new");
  fields.delete("keep");
  if (address) {
    fields.set("address", "new");
    ADDRESS.forEach((name) => fields.set(name, address[name] ?? ""));
  }
  return fields;
}

// The wallet's address as the form's fields are named. It has a second line where we have one.
function ours({ name = "", phone = "", address }) {
  return {
    name, phone, country: address.country, postal_code: address.postal_code ?? "", city: address.city ?? "",
    line1: [address.line1, address.line2].filter(Boolean).join(", "), region: address.state ?? "",
  };
}

// What it comes to there, or null where it cannot be sold.
async function quote(address = null) {
  const answer = await fetch(box().dataset.quote, {
    method: "POST", body: fieldsFor(address), headers: { Accept: "application/json" },
  });
  return answer.ok ? answer.json() : null;
}

// As the form stands; a wallet that opens begins with it.
async function follow() {
  const mine = element;
  quoted = null;
  show();
  try {
    const answer = await quote();
    if (element !== mine || !mine) return;
    quoted = answer;
    if (quoted) {
      elements.update({ amount: quoted.amount, currency: quoted.currency.toLowerCase() });
      element.update({ shippingRates: quoted.shippingRates });
    }
  } catch { /* Offline: no wallet for now. */ }
  show();
}

async function moved(event) {
  try {
    const there = await quote(ours({ name: event.name, address: event.address }));
    if (!there) return event.reject();
    quoted = there;
    elements.update({ amount: there.amount });
    event.resolve({ shippingRates: there.shippingRates });
  } catch {
    event.reject();
  }
}

// Nothing was paid: what the wallet said stays in the form, where it can be put right. The form is
// made anew only where another country or choice needs it: that would take the note away.
function fill(address, email) {
  const kept = form()?.querySelector('[name="address"][value="new"]');
  const country = form()?.querySelector('.in[name="country"]');
  const before = country?.value;
  for (const [name, value] of Object.entries({ ...address, email })) {
    const field = form()?.querySelector(`.in[name="${name}"]`);
    if (field && value) field.value = value;
  }
  const changed = kept && !kept.checked ? kept : country?.value !== before && country;
  if (kept) kept.checked = true;
  if (changed) changed.dispatchEvent(new Event("change", { bubbles: true }));
}

async function confirm(event) {
  if (running()) return event.paymentFailed({ reason: "fail" });
  const { billingDetails = {}, shippingAddress } = event;
  const address = ours({ phone: billingDetails.phone, ...shippingAddress });
  const fields = fieldsFor(address);
  if (!form().dataset.email) fields.set("email", billingDetails.email ?? "");
  fields.set("seen_amount", quoted.amount);
  fields.set("seen_currency", quoted.currency);
  const one = begin(fields);
  try {
    const checked = await elements.submit();
    const shop = await provider();
    const made = checked.error ? checked
      : await shop.createConfirmationToken({ elements, params: { return_url: location.href } });
    if (made.error) throw made.error;
    fields.set("confirmation_token", made.confirmationToken.id);
  } catch {
    event.paymentFailed({ reason: "fail" });
    if (!isRunning(one)) return;
    end(one);
    return note("no-card-fields");
  }
  await send(one);
  // Paid, or still at the bank: the form is gone, or stays locked.
  if (!form() || form().dataset.locked) return;
  event.paymentFailed({ reason: "fail" });
  fill(address, billingDetails.email);
}

async function mount() {
  if (!box() || element || !amount()) return;
  let shop;
  try {
    shop = await provider();
  } catch {
    return; // The card fields say so.
  }
  if (element || !box()) return;
  const countries = box().dataset.countries.split(" ").filter(Boolean);
  elements = shop.elements({
    mode: "payment", amount: amount(), currency: currency(), locale: document.documentElement.lang,
    appearance: { variables: { borderRadius: "10px" } },
  });
  element = elements.create("expressCheckout", {
    buttonHeight: 48,
    emailRequired: !form().dataset.email,
    shippingAddressRequired: true,
    shippingRates: [{ id: "delivery", displayName: "–", amount: 0 }],
    ...(countries.length ? { allowedShippingCountries: countries } : {}),
  });
  element.on("ready", ({ availablePaymentMethods }) => {
    offered = Boolean(availablePaymentMethods && Object.values(availablePaymentMethods).some(Boolean));
    if (offered) follow();
  });
  element.on("shippingaddresschange", moved);
  element.on("cancel", follow);
  element.on("confirm", confirm);
  const place = document.createElement("div");
  box().querySelector(".wallet").append(place);
  element.mount(place);
}

function unmount() {
  element?.destroy();
  element = elements = quoted = null;
  offered = false;
}

document.addEventListener("sheet:opened", () => form() && mount());
document.addEventListener("sheet:closing", unmount);
document.addEventListener("sheet:paid", unmount);
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "buy-choices" || !form()) return;
  if (!element) mount();
  else if (offered && !form().dataset.locked) follow();
});
if (form()) mount();
