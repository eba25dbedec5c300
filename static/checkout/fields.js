// What is typed: errors when a field is left, a draft on the server, and which parts are shown.
import { form } from "./sheet.js";

const touched = new Set();
let unsaved = false;
const errorOf = (field) => document.getElementById(`${field.id}_error`);

function describe(field, error) {
  const ids = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (error.hidden) ids.delete(error.id);
  else ids.add(error.id);
  if (ids.size) field.setAttribute("aria-describedby", [...ids].join(" "));
  else field.removeAttribute("aria-describedby");
}

function mark(field, message) {
  const error = errorOf(field);
  if (!error) return;
  error.textContent = message;
  error.hidden = !message;
  if (message) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  describe(field, error);
  field.parentElement.querySelector(".i")?.remove();
}

function badge(field, name) {
  const icon = document.querySelector(`#buy-words [data-icon="${name}"]`);
  field.parentElement.querySelector(".i")?.remove();
  if (icon && field.tagName !== "SELECT") field.after(icon.content.cloneNode(true));
}

export function showErrors(errors) {
  const bad = [];
  for (const field of form().querySelectorAll(".in")) {
    const message = errors[field.name] ?? "";
    mark(field, message);
    if (!message) continue;
    badge(field, "warn");
    bad.push(field);
  }
  bad[0]?.focus();
  return bad.length > 0;
}

// Asks are sent one after the other, because a late answer of an older one would bring back less than was typed.
let asking = null;
let next = null;

async function ask() {
  unsaved = false;
  const typed = new FormData(form());
  try {
    const answer = await fetch(form().dataset.draft, {
      method: "POST", body: typed, headers: { Accept: "application/json" }, keepalive: true,
    });
    return answer.ok ? (await answer.json()).errors : {};
  } catch {
    return {}; // Offline: the press itself is checked again.
  }
}

// What the server says of all that is typed; also keeps it for half an hour. Never a card.
export function check() {
  if (!asking) {
    asking = ask().finally(() => { asking = null; });
    return asking;
  }
  next ??= asking.then(() => {
    next = null;
    return form() ? check() : {};
  });
  return next;
}

async function left(field) {
  if (!touched.has(field.name)) return;
  const errors = await check();
  if (!field.isConnected || document.activeElement === field) return;
  mark(field, errors[field.name] ?? "");
  badge(field, errors[field.name] ? "warn" : "tick");
}

// A pick among saved things: show it on its line, and the empty fields for "another".
function picked(radio) {
  const line = radio.closest("details");
  const label = radio.closest("label").querySelector(".t");
  line.querySelector("summary .t").innerHTML = label.innerHTML;
  const section = document.getElementById(radio.dataset.pick === "card" ? "buy-payment" : "buy-address");
  section.hidden = radio.value !== "new";
  document.dispatchEvent(new CustomEvent("sheet:picked", { detail: radio.dataset.pick }));
}

export function pickAnotherCard() {
  const other = form().querySelector('[name="card"][value="new"]');
  if (other && !other.checked) {
    other.checked = true;
    picked(other);
  }
}

// There is no later: it goes out now.
const keep = () => unsaved && form() && !form().dataset.locked && ask();
document.addEventListener("sheet:closing", keep);
addEventListener("pagehide", keep);

document.addEventListener("sheet:opened", () => {
  touched.clear();
  unsaved = false;
  document.querySelectorAll(".no-script").forEach((part) => part.remove());
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("#buy-form .in")) return;
  touched.add(event.target.name);
  unsaved = true;
  mark(event.target, "");
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches("#buy-form .in")) left(event.target);
});

document.addEventListener("change", (event) => {
  if (event.target.closest("#buy-form")) unsaved = true;
  if (event.target.matches("#buy-form [data-pick]")) picked(event.target);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id === "buy-choices") unsaved = true;
});
