// The press on Pay: once a key, whatever is pressed twice, reloaded, lost or late.
import { check, pickAnotherCard, showErrors } from "./fields.js";
import { forget, recall, remember } from "./memory.js";
import { arrived } from "./order.js";
import { askBeforeLeaving, form, isOpen, leave, note, pay, showNote, stepAside } from "./sheet.js";
import { focusCard, mount, nextAction, provider, refresh, submit, token, unmount } from "./stripe.js";

const SPINNER_AFTER = 150;
const SLOW_AFTER = 5_000;
const UNKNOWN_AFTER = 30_000;
const ASK_EVERY = 2_000;
const GIVE_UP_AFTER = 600_000;

// One attempt at a time; an attempt outlives the sheet that it was started from.
let attempt = null;

const isNewCard = () => {
  const chosen = form().querySelector('[name="card"]:checked');
  return !chosen || chosen.value === "new";
};
const words = (name) => document.getElementById("buy-words")?.dataset[name] ?? "";
const isShown = (one) => attempt === one && form()?.dataset.product === one.product;

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

function begin(fields) {
  const button = pay();
  const one = {
    product: form().dataset.product, key: fields.get("key"), fields, face: button.innerHTML,
    settle: form().dataset.settle, outcome: form().dataset.outcome, place: form().action,
    timers: [], sent: false,
  };
  attempt = one;
  form().dataset.locked = "1";
  button.setAttribute("aria-busy", "true");
  const paying = button.dataset.paying ?? button.textContent;
  label(paying);
  one.timers.push(setTimeout(() => isShown(one) && label(paying, { spinner: true }), SPINNER_AFTER));
  one.timers.push(setTimeout(() => isShown(one) && label(words("slow"), { spinner: true }), SLOW_AFTER));
  askBeforeLeaving(() => note("leaving"));
  return one;
}

function end(one, { again = false } = {}) {
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

async function ask(url, { body = null, wait = UNKNOWN_AFTER } = {}) {
  const answer = await fetch(url, {
    method: body ? "POST" : "GET", body,
    headers: { Accept: "application/json" }, signal: AbortSignal.timeout(wait),
  });
  if (answer.status >= 500 || answer.status === 403) throw new Error(String(answer.status));
  return answer.json();
}

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

async function press() {
  const button = pay();
  if (attempt || button.getAttribute("aria-disabled") === "true") return;
  if (button.dataset.choose) {
    const choice = document.getElementById(button.dataset.choose);
    choice.scrollIntoView({ block: "nearest" });
    choice.querySelector("input:not(:disabled)")?.focus();
    return;
  }
  const fields = new FormData(form());
  const one = begin(fields);
  try {
    if (isNewCard()) {
      const made = await cardToken();
      if (!made) return attempt === one && end(one);
      fields.set("confirmation_token", made);
    }
  } catch {
    if (attempt !== one) return;
    end(one);
    return note("no-card-fields");
  }
  await send(one);
}

async function send(one) {
  if (attempt !== one) return; // The sheet was closed before anything went out.
  one.sent = true;
  remember(one.product, one.key);
  try {
    await follow(one, await ask(one.place, { body: one.fields }));
  } catch (problem) {
    await lost(one, problem);
  }
}

// No answer came: the press may have counted. Find out by its key before anything else.
async function lost(one, problem) {
  if (isShown(one)) note(problem.name === "TimeoutError" ? "unknown" : navigator.onLine ? "failed" : "offline");
  await watch(one);
}

async function watch(one) {
  const until = Date.now() + GIVE_UP_AFTER;
  const unknownAt = Date.now() + UNKNOWN_AFTER;
  let told = false;
  let missing = 0;
  while (Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
    try {
      const answer = await ask(`${one.outcome}?key=${one.key}`);
      missing = answer.kind === "none" ? missing + 1 : 0;
      if (answer.kind !== "pending" && (answer.kind !== "none" || missing > 1)) return await follow(one, answer);
    } catch { /* Offline still, or the server is starting: ask again. */ }
    if (!told && Date.now() > unknownAt && isShown(one)) {
      told = true;
      note("unknown");
    }
  }
}

async function challenge(one, secret) {
  if (isShown(one)) note("check");
  const result = await (isShown(one) ? stepAside(() => nextAction(secret)) : nextAction(secret));
  const body = new FormData();
  body.set("key", one.key);
  body.set("csrfmiddlewaretoken", one.fields.get("csrfmiddlewaretoken"));
  const answer = await ask(one.settle, { body });
  if (answer.kind === "action" || (result.error && answer.kind === "pending")) {
    return refuse(one, { name: "refused-check", again: true });
  }
  return follow(one, answer);
}

function refuse(one, { name = "", html = "", again = false } = {}) {
  const shown = isShown(one);
  end(one, { again });
  if (shown) note(name, { html });
}

// The parts of the sheet that changed, with the note among them.
function redraw(one, html) {
  const shown = isShown(one);
  end(one);
  if (!shown) return;
  htmx.swap("#buy-choices", html, { swapStyle: "outerHTML" }, {
    afterSettleCallback: () => {
      refresh();
      showNote();
    },
  });
}

async function follow(one, answer) {
  switch (answer.kind) {
    case "paid":
      forget(one.product);
      one.timers.forEach(clearTimeout);
      if (isShown(one)) askBeforeLeaving(null);
      if (attempt === one) attempt = null;
      return arrived(one.product, answer);
    case "action":
      return challenge(one, answer.client_secret);
    case "pending":
      if (answer.html && isShown(one)) note("", { html: answer.html });
      return watch(one);
    case "renewed":
      one.key = answer.key;
      one.fields.set("key", answer.key);
      if (isShown(one)) form().elements.key.value = answer.key;
      return send(one);
    case "invalid": {
      const shown = isShown(one);
      end(one);
      if (shown && !showErrors(answer.errors)) note("failed");
      return undefined;
    }
    case "declined":
      return refuse(one, { html: answer.html, again: true });
    case "none":
    case "cancelled":
      forget(one.product);
      return refuse(one, answer.html ? { html: answer.html } : { name: "untouched" });
    default:
      return redraw(one, answer.html);
  }
}

// A press that went out before this page was loaded, or from a sheet that was closed since.
async function resume() {
  const product = form().dataset.product;
  if (attempt) {
    if (attempt.product === product) {
      form().elements.key.value = attempt.key;
      form().dataset.locked = "1";
      label(pay().dataset.paying ?? pay().textContent, { spinner: true });
      note("resumed", { focus: false });
    }
    return;
  }
  const key = recall(product);
  if (!key) return;
  form().elements.key.value = key;
  const one = begin(new FormData(form()));
  one.sent = true;
  note("resumed", { focus: false });
  try {
    let answer = await ask(`${one.outcome}?key=${key}`);
    if (answer.kind === "pending") answer = await ask(one.settle, { body: one.fields });
    await follow(one, answer);
  } catch (problem) {
    await lost(one, problem);
  }
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
  if (attempt && !attempt.sent) end(attempt);
  unmount();
});
document.addEventListener("sheet:escape", leave);
document.addEventListener("sheet:picked", (event) => event.detail === "card" && showCardFields());
document.addEventListener("sheet:no-card-fields", () => note("no-card-fields", { focus: false }));

document.addEventListener("submit", (event) => {
  if (event.target.id !== "buy-form" || event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  press();
});

document.addEventListener("click", (event) => {
  const disabled = event.target.closest('#buy-form [aria-disabled="true"]');
  if (disabled) event.preventDefault();
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
  if (event.detail.target?.id === "buy-choices") pay()?.setAttribute("aria-disabled", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.target?.id !== "buy-choices") return;
  if (event.detail.failed || !event.detail.successful) pay()?.removeAttribute("aria-disabled");
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "buy-choices" || !form()) return;
  refresh();
  showCardFields();
  if (isOpen()) showNote({ focus: false });
});
if (form()) document.dispatchEvent(new CustomEvent("sheet:opened"));
