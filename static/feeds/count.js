// How many characters are left, counted as the server does (feeds/text.py): a flag or a family is one.
const NEAR = 100;
const segments = "Segmenter" in Intl && new Intl.Segmenter(undefined, { granularity: "grapheme" });
// Without it: letters with their marks, flags, and what joiners make one.
const together = /\r\n|\p{RI}\p{RI}|\P{M}[\p{M}\p{EMod}]*(?:\u200d\P{M}[\p{M}\p{EMod}]*)*/gsu;

function length(text) {
  const tidy = text.normalize("NFC").replace(/\n{3,}/g, "\n\n").trim();
  if (!segments) return (tidy.match(together) ?? []).length;
  let count = 0;
  for (const _each of segments.segment(tidy)) count += 1;
  return count;
}

const note = document.querySelector("[data-limit]");
const body = document.querySelector("textarea[data-typed]");

function show() {
  const left = Number(note.dataset.limit) - length(body.value);
  note.hidden = left > NEAR;
  note.textContent = `${Math.abs(left)} ${left < 0 ? note.dataset.over : note.dataset.left}`;
  note.classList.toggle("danger", left < 0);
}

if (note && body) {
  body.addEventListener("input", show);
  show();
}
