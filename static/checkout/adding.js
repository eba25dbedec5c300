// Adding a card: the provider's fields in its setup mode. Its number never passes through us.
import { appearance, fonts, open } from "./provider.js";

const box = document.getElementById("add-card");
const form = box.querySelector("form");
const button = form.querySelector("button");
const place = form.querySelector(".paybox");
let elements = null;

function say(message) {
  const error = form.querySelector(".err");
  error.textContent = message;
  error.hidden = !message;
}

async function mount() {
  if (elements) return;
  try {
    const provider = await open(form);
    elements ??= provider.elements({
      mode: "setup",
      allowedPaymentMethodTypes: ["card"],
      setupFutureUsage: "on_session",
      locale: document.documentElement.lang,
      appearance: appearance(),
      fonts: fonts(),
    });
  } catch {
    return say(form.dataset.lost);
  }
  const element = elements.create("payment", { layout: "tabs" });
  element.on("ready", () => {
    place.removeAttribute("aria-busy");
    place.querySelector(".waiting")?.remove();
    element.focus();
  });
  element.on("loaderror", () => say(form.dataset.lost));
  const inside = document.createElement("div");
  place.append(inside);
  element.mount(inside);
}

async function secret() {
  const answer = await fetch(form.dataset.setUp, {
    method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
  });
  const { client_secret: clientSecret, message } = await answer.json();
  if (!clientSecret) throw new Error(message);
  return clientSecret;
}

// The intent's id, or nothing with the reason shown.
async function setUp() {
  const filled = await elements.submit();
  if (filled.error) return say(filled.error.message ?? "");
  let clientSecret;
  try {
    clientSecret = await secret();
  } catch (problem) {
    return say(problem instanceof TypeError || problem instanceof SyntaxError ? form.dataset.lost : problem.message);
  }
  const provider = await open(form);
  const done = await provider.confirmSetup({
    elements,
    clientSecret,
    // The person asks for it to be kept: it may also be shown by the provider's own lists.
    confirmParams: { return_url: location.href, payment_method_data: { allow_redisplay: "always" } },
    redirect: "if_required",
  });
  if (done.error) return say(done.error.message ?? "");
  return done.setupIntent.id;
}

async function add() {
  say("");
  button.setAttribute("aria-busy", "true");
  const id = elements ? await setUp() : say(form.dataset.lost);
  button.removeAttribute("aria-busy");
  if (id) finish(id);
}

function finish(id) {
  form.elements.setup_intent.value = id;
  form.submit();
}

box.hidden = false;
box.addEventListener("toggle", () => box.open && mount());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (button.getAttribute("aria-busy") !== "true") add();
});
// Back from a bank that had to open a page of its own.
const back = new URLSearchParams(location.search).get("setup_intent");
if (back) {
  history.replaceState(null, "", location.pathname);
  finish(back);
}
