// The attempt to pay that is under way: one at a time, and it outlives the sheet it began in.
import { askBeforeLeaving, form, note, pay } from "./sheet.js";

const SPINNER_AFTER = 150;
const SLOW_AFTER = 5_000;

let attempt = null;

const words = (name) => document.getElementById("buy-words")?.dataset[name] ?? "";
const paying = () => pay().dataset.paying ?? pay().textContent;

export const running = () => attempt;
export const isRunning = (one) => attempt === one;
export const isShown = (one) => attempt === one && form()?.dataset.product === one.product;

function label(text, { spinner = false } = {}) {
  const button = pay();
  if (!button) return;
  button.replaceChildren();
  if (spinner) {
    const turning = document.createElement("span");
    turning.className = "spin";
    button.append(turning);
  }
  button.append(text);
}

export function begin(fields) {
  const button = pay();
  const { product, member, settle, outcome } = form().dataset;
  const one = {
    product, member, settle, outcome, place: form().action, key: fields.get("key"), fields,
    face: button.innerHTML, timers: [], sent: false, forbidden: false,
  };
  attempt = one;
  form().dataset.locked = "1";
  button.setAttribute("aria-busy", "true");
  const text = paying();
  label(text);
  one.timers.push(setTimeout(() => isShown(one) && label(text, { spinner: true }), SPINNER_AFTER));
  one.timers.push(setTimeout(() => isShown(one) && label(words("slow"), { spinner: true }), SLOW_AFTER));
  askBeforeLeaving(() => note("leaving"));
  return one;
}

// The sheet was opened anew while the attempt goes on: it is this sheet's button that waits now.
export function showAgain(one) {
  form().elements.key.value = one.key;
  form().dataset.locked = "1";
  one.face = pay().innerHTML;
  label(paying(), { spinner: true });
}

// It is over, and what it was made in has gone, or is about to.
export function drop(one) {
  one.timers.forEach(clearTimeout);
  if (isShown(one)) askBeforeLeaving(null);
  if (attempt === one) attempt = null;
}

// It is over, and the sheet may be paid again.
export function end(one, { again = false } = {}) {
  one.timers.forEach(clearTimeout);
  if (attempt === one) attempt = null;
  if (form()?.dataset.product !== one.product) return;
  askBeforeLeaving(null);
  delete form().dataset.locked;
  const button = pay();
  button.removeAttribute("aria-busy");
  if (button.querySelector(".spin") || !button.querySelector(".to")) button.innerHTML = one.face;
  if (again && button.dataset.again) button.querySelector(".to").textContent = button.dataset.again;
}
