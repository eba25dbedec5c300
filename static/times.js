// Moments by the reader's own clock: the page names them by UTC, which stands where no script runs.
// Where `data-yours` has words, they say so; a list of moments has it empty and says it briefly.
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const form = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", ...CLOCK });
const day = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "long" });
const clock = new Intl.DateTimeFormat(language, CLOCK);

function tell(part) {
  for (const time of part.querySelectorAll("time[data-yours]")) {
    const moment = new Date(time.dateTime);
    const { yours } = time.dataset;
    time.textContent = yours ? `${form.format(moment)} ${yours}` : `${day.format(moment)}, ${clock.format(moment)}`;
  }
}

tell(document);
document.addEventListener("htmx:load", ({ detail }) => tell(detail.elt));
