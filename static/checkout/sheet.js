// The sheet as a dialog: opening it over the feed, closing it, and the note at its top.
// Says on the document: "sheet:opened" when there is a form to look after, "sheet:closed" after.

export const dialog = () => document.getElementById("buy-dialog");
export const form = () => document.getElementById("buy-form");
export const pay = () => document.getElementById("buy-pay");
export const isOpen = () => Boolean(dialog()?.open);

const SPINNER_AFTER = 150;
let opener = null;
let opening = null;
let leaveOnce = null;

export const openerId = () => opener?.id ?? "";

function tell(name) {
  document.dispatchEvent(new CustomEvent(name));
}

export function open(product, from = "") {
  opener = document.getElementById(from) ?? document.querySelector(`[data-buy][href*="${product}"]`);
  // The card's own link also names the post that showed the product.
  const address = opener?.getAttribute("href") ?? opener?.dataset.address ?? `/buy/${product}/`;
  return htmx.ajax("GET", address, { target: "#sheet", swap: "innerHTML" });
}

function show() {
  const box = dialog();
  box.showModal();
  document.getElementById("buy-title").focus();
  box.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  // A browser may close a dialog past "cancel"; the address then has to follow.
  box.addEventListener("close", () => box.isConnected && !box.dataset.moving && leave());
  box.addEventListener("click", (event) => event.target === box && leave());
  tell("sheet:opened");
}

// Somebody wants to leave: a guard may ask once, then history takes the step back.
export function leave() {
  if (leaveOnce?.()) return;
  tell("sheet:leave");
}

export function askBeforeLeaving(question) {
  leaveOnce = question && (() => {
    const asked = leaveOnce === null;
    leaveOnce = null;
    if (!asked) question();
    return !asked;
  });
}

export function close() {
  const box = dialog();
  if (!box) return;
  askBeforeLeaving(null);
  tell("sheet:closing");
  box.dataset.moving = "1";
  if (box.open) box.close();
  box.remove();
  const back = opener?.isConnected ? opener : null;
  opener = null;
  back?.focus({ preventScroll: true });
  tell("sheet:closed");
}

// The bank's own window is an ordinary element of the page: nothing of a page can be reached
// behind a modal dialog, so the sheet steps down while that window is up.
export async function stepAside(work) {
  const box = dialog();
  if (!box) return work();
  const others = [...document.body.children].filter((each) => !each.contains(box));
  const move = (method) => {
    box.dataset.moving = "1";
    box.close();
    box[method]();
    requestAnimationFrame(() => delete box.dataset.moving);
  };
  others.forEach((each) => { each.inert = true; });
  box.classList.add("aside");
  move("show");
  try {
    return await work();
  } finally {
    others.forEach((each) => { each.inert = false; });
    if (box.isConnected) {
      box.classList.remove("aside");
      move("showModal");
    }
  }
}

// The words of a note are in the page, in its language; `html` is one that the server wrote.
export function note(name, { html = "", focus = true } = {}) {
  const place = document.getElementById("buy-note");
  if (!place) return;
  if (html) place.innerHTML = html;
  else if (name) place.replaceChildren(document.querySelector(`#buy-words [data-note="${name}"]`).content.cloneNode(true));
  else place.replaceChildren();
  showNote({ focus });
}

export function showNote({ focus = true } = {}) {
  const shown = document.querySelector("#buy-note .note");
  if (!shown) return;
  if (focus) shown.focus();
  shown.scrollIntoView({ block: "nearest" });
}

function busy(button, on) {
  if (!button) return;
  if (on) button.setAttribute("aria-busy", "true");
  else button.removeAttribute("aria-busy");
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const button = event.detail.elt.closest("[data-buy]");
  if (!button) return;
  if (isOpen() || opening) return event.preventDefault();
  opener = button;
  opening = setTimeout(() => busy(button, true), SPINNER_AFTER);
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.target?.id !== "sheet") return;
  clearTimeout(opening);
  opening = null;
  busy(opener, false);
});

// A product that is gone says so in the sheet, though its answer is an error.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  const gone = target?.id === "sheet" && xhr.status === 410;
  const waits = target?.id === "buy-choices" && xhr.status === 429; // Too many wrong codes.
  if (gone || waits) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// A sheet that cannot be opened over the page is still a page of its own.
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, (event) => {
    if (event.detail.target?.id !== "sheet" || !navigator.onLine) return;
    location.assign(event.detail.pathInfo.requestPath);
  });
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "sheet" && dialog() && !isOpen()) show();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("#buy-dialog [data-close]")) leave();
});

