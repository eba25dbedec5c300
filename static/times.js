// Moments by the reader's own clock: the page names them by UTC, which stands where no script runs.
const SHAPE = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const language = document.documentElement.lang;
const form = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, SHAPE);

for (const time of document.querySelectorAll("time[data-yours]")) {
  time.textContent = `${form.format(new Date(time.dateTime))} ${time.dataset.yours}`;
}
