// A drop's page: the countdown goes by the server's clock, and what is new is asked of the server,
// so that a wrong clock of the visitor's opens nothing early or late.
const page = document.getElementById("drop");
const said = document.getElementById("drop-said");
const SPREAD = 400; // Milliseconds in which all who wait for the opening ask.
const AGAIN = 700;
const MOMENTS = [[600, "ten"], [60, "one"]];
const UNITS = { days: 86400, hours: 3600, minutes: 60, seconds: 1 };

const part = () => document.getElementById("drop-now");
let clock = 0; // The server's, when performance.now() was `at`; both in milliseconds.
let at = 0;
let asking = null;
let ticking = null;
let before = Infinity; // Seconds that were left when we looked last.

function setClock() {
  clock = Number(part().dataset.clock);
  at = performance.now();
}

const secondsLeft = () => (Number(part().dataset.opens) - clock - (performance.now() - at)) / 1000;

function show(left) {
  let rest = Math.max(Math.ceil(left), 0);
  for (const [unit, size] of Object.entries(UNITS)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    const figure = part().querySelector(`[data-unit=${unit}]`);
    if (figure) figure.textContent = String(count).padStart(2, "0");
  }
}

function tick() {
  clearTimeout(ticking);
  if (part().dataset.kind !== "before") return;
  const left = secondsLeft();
  show(left);
  const passed = MOMENTS.find(([seconds]) => before > seconds && left <= seconds && left > seconds - 5);
  if (passed && before !== Infinity) said.textContent = page.dataset[passed[1]];
  before = left;
  if (left <= 0) later(Math.random() * SPREAD);
  else ticking = setTimeout(tick, Math.min(1000, left * 1000));
}

function later(wait) {
  clearTimeout(asking);
  asking = setTimeout(ask, wait);
}

function next() {
  const { kind, ask: seconds } = part().dataset;
  if (kind === "before" && secondsLeft() <= 0) later(AGAIN);
  else if (Number(seconds)) later(Number(seconds) * 1000);
  tick();
}

function put(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("drop-now");
  const old = part();
  if (!fresh) return;
  const kind = old.dataset.kind;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(fresh);
  htmx.process(fresh);
  setClock();
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  if (fresh.dataset.kind === kind) return;
  said.textContent = kind === "before" ? page.dataset.zero : fresh.dataset.said;
}

async function ask() {
  clearTimeout(asking);
  if (document.hidden) return;
  try {
    const answer = await fetch(page.dataset.askAt, { cache: "no-store" });
    // The button that opened the sheet stays where it is until that is closed.
    if (answer.ok && !document.getElementById("buy-dialog")) put(await answer.text());
  } catch {
    // Without a network the next question may be answered.
  }
  next();
}

document.addEventListener("visibilitychange", () => document.hidden || ask());
document.addEventListener("sheet:closed", ask);
addEventListener("pageshow", (event) => event.persisted && ask());
setClock();
next();
