// The press on Pay, and what else the shopper does to the sheet while it is open.
import { begin, end, isRunning, running } from "./attempt.js";
import { check, pickAnotherCard, showErrors } from "./fields.js";
import { resume, send } from "./outcome.js";
import { form, isOpen, leave, note, pay, showNote } from "./sheet.js";
import { focusCard, mount, provider, refresh, submit, token, unmount } from "./stripe.js";

const isNewCard = () => {
  const chosen = form().querySelector('[name="card"]:checked');
  return !chosen || chosen.value === "new";
};

function cardError(message) {
  const place = document.getElementById("buy-card-error");
  place.textContent = message;
  place.hidden = !message;
}

// The new card as a token of the provider, or null with the reason shown.
async function cardToken() {
  cardError("");
  const [errors, filled] = await Promise.all([check(), submit()]);
  const typedBadly = showErrors(errors);
  if (filled.error && !typedBadly) focusCard();
  if (filled.error?.message) cardError(filled.error.message);
  if (typedBadly || filled.error) return null;
  const made = await token();
  if (made.error) cardError(made.error.message);
  return made.confirmationToken?.id ?? null;
}

// A press while a new total is being worked out counts as soon as that is there. It is sent with
// what was seen when it was made: where the total is another one now, the shop says so first.
let quoting = false;
let pressed = null;
let unfolded = false;
const SEEN = ["seen_amount", "seen_price", "seen_code"];
const seen = () => SEEN.filter((name) => form().elements[name]).map((name) => [name, form().elements[name].value]);

function quoted() {
  quoting = false;
  const before = pressed;
  pressed = null;
  if (before) press(before);
}

async function press(before = seen()) {
  if (quoting) {
    pressed = before;
    return;
  }
  const button = pay();
  if (running() || button.getAttribute("aria-disabled") === "true") return;
  if (button.dataset.choose) {
    const choice = document.getElementById(button.dataset.choose);
    choice.scrollIntoView({ block: "nearest" });
    choice.querySelector("input:not(:disabled)")?.focus();
    return;
  }
  const fields = new FormData(form());
  before.forEach(([name, value]) => fields.set(name, value));
  const one = begin(fields);
  try {
    if (isNewCard()) {
      const made = await cardToken();
      if (!made) return isRunning(one) && end(one);
      fields.set("confirmation_token", made);
    }
  } catch {
    if (!isRunning(one)) return;
    end(one);
    return note("no-card-fields");
  }
  await send(one);
}

async function showCardFields() {
  try {
    await (isNewCard() ? mount() : provider());
  } catch {
    if (isNewCard()) note("no-card-fields", { focus: false });
  }
}

function anotherCard() {
  pickAnotherCard();
  note("");
  showCardFields().then(focusCard);
  document.getElementById("buy-payment").scrollIntoView({ block: "start" });
}

document.addEventListener("sheet:opened", () => {
  if (!form()) return; // A product that is gone has nothing to pay.
  showCardFields();
  resume();
});
document.addEventListener("sheet:paid", unmount);
document.addEventListener("sheet:closing", () => {
  const one = running();
  if (one && !one.sent) end(one);
  unmount();
});
document.addEventListener("sheet:escape", leave);
document.addEventListener("sheet:picked", (event) => event.detail === "card" && showCardFields());
document.addEventListener("sheet:no-card-fields", () => note("no-card-fields", { focus: false }));

document.addEventListener("submit", (event) => {
  if (event.target.id !== "buy-form") return;
  const enter = event.submitter?.hasAttribute("data-enter");
  if (event.submitter?.hasAttribute("formaction") && !enter) return;
  event.preventDefault();
  if (enter && document.activeElement?.id === "buy_code") document.getElementById("buy-code-use").click();
  else press();
});

document.addEventListener("click", (event) => {
  const disabled = event.target.closest('#buy-form [aria-disabled="true"]');
  if (disabled && !(quoting && disabled === pay())) event.preventDefault();
  const wish = event.target.closest("#buy-form [data-do]")?.dataset.do;
  if (wish === "another-card") anotherCard();
  if (wish === "card-fields") showCardFields().then(() => note(""));
});

// While a quote is under way nothing can be paid; while a payment is, nothing can be changed.
document.addEventListener("htmx:confirm", (event) => {
  const button = event.detail.elt;
  const ours = event.target.closest?.("#buy-choices");
  if (ours && (form().dataset.locked || button.getAttribute("aria-disabled") === "true")) event.preventDefault();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id !== "buy-choices") return;
  quoting = true;
  pay()?.setAttribute("aria-disabled", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.target?.id !== "buy-choices") return;
  if (!event.detail.failed && event.detail.successful) return;
  pay()?.removeAttribute("aria-disabled");
  quoted();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "buy-choices" || !form()) return;
  refresh();
  showCardFields();
  if (isOpen()) showNote({ focus: false });
  quoted();
});

// The button may be another one by the time that the finger leaves it.
let held = null;
document.addEventListener("pointerdown", (event) => {
  const button = event.target.closest?.("#buy-pay");
  held = button && { button, before: seen() };
});
document.addEventListener("pointerup", (event) => {
  const over = document.elementFromPoint(event.clientX, event.clientY)?.closest("#buy-pay");
  if (held && over && !held.button.isConnected) press(held.before);
  held = null;
});

// Whoever has unfolded what is bought keeps it unfolded, also where an answer was on its way.
const unfold = () => document.querySelector("#buy-choices > details");
document.addEventListener("toggle", (event) => {
  if (event.target !== unfold()) return; // A dialog tells of itself as well.
  event.target.querySelector('[name="folded"]').disabled = event.target.open;
}, true);
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id === "buy-choices") unfolded = Boolean(unfold()?.open);
});
document.addEventListener("htmx:afterSwap", () => {
  if (unfolded && unfold()) unfold().open = true;
  unfolded = false;
});
if (form()) document.dispatchEvent(new CustomEvent("sheet:opened"));
