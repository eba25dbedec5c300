// Short notes at the edge of the page, whether a script or the server made them.
const KEPT = 10_000; // milliseconds; long enough for an Undo
const place = document.getElementById("toasts");

// What the scripts say and where they ask, in the page's language: data-… of the place itself.
export const words = place.dataset;

// Say `text`. A note that leads somewhere, to `href`, stays until the page is left.
export function toast(text, { href = "" } = {}) {
  const line = document.createElement("p");
  line.className = "toast";
  const said = document.createElement(href ? "a" : "span");
  said.className = "grow";
  said.textContent = text;
  if (href) said.href = href;
  else line.dataset.fades = "";
  line.append(said);
  place.append(line);
}

// A note goes after a while, but not from under somebody's hands; a new one takes its place.
function fade(note) {
  setTimeout(() => (note.matches(":hover, :focus-within") ? fade(note) : note.remove()), KEPT);
}

new MutationObserver((changes) => {
  for (const note of changes.flatMap((change) => [...change.addedNodes])) {
    if (!note.matches?.("[data-fades]")) continue;
    for (const old of place.querySelectorAll("[data-fades]")) if (old !== note) old.remove();
    fade(note);
  }
}).observe(place, { childList: true });

for (const note of place.querySelectorAll("[data-fades]")) fade(note);
