// How long the goods are still held, counted down each second wherever a page says it. A screen
// reader hears of it twice: when a minute is left, and when it is over.
const ends = new WeakMap();

// The server says how many seconds are left: the clock of this machine may be wrong.
function left(place) {
  if (!ends.has(place)) ends.set(place, Date.now() + 1000 * Number(place.dataset.held));
  return Math.max(Math.round((ends.get(place) - Date.now()) / 1000), 0);
}

// A page under way is put in anew every two seconds, so what was said is remembered here.
let last = "";

function say(place, word) {
  if (last === word) return;
  last = word;
  const said = place.parentElement.querySelector("[data-held-said]");
  if (said) said.textContent = place.dataset[word] ?? "";
}

function tick() {
  for (const place of document.querySelectorAll("[data-held]")) {
    const seconds = left(place);
    const clock = place.querySelector("time");
    if (!clock) continue;
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds > 60) last = "";
    else say(place, seconds ? "left" : "over");
    if (!seconds) place.textContent = place.dataset.over;
  }
}

setInterval(tick, 1000);
document.addEventListener("htmx:afterSwap", tick);
tick();
