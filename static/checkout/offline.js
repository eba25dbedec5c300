// Without a network, Buy and Pay say so; they come back by themselves.
import { form, note, pay } from "./sheet.js";

const buttons = () => document.querySelectorAll("[data-buy]");

function sleep() {
  for (const button of buttons()) button.setAttribute("aria-disabled", "true");
  if (!form() || form().dataset.locked) return;
  pay().setAttribute("aria-disabled", "true");
  pay().dataset.offline = "1";
  note("offline", { focus: false });
}

function wake() {
  for (const button of buttons()) button.removeAttribute("aria-disabled");
  if (!pay()?.dataset.offline) return;
  delete pay().dataset.offline;
  pay().removeAttribute("aria-disabled");
  note("");
}

addEventListener("offline", sleep);
addEventListener("online", wake);
document.addEventListener("sheet:opened", () => navigator.onLine || sleep());
document.addEventListener("click", (event) => {
  if (event.target.closest('[data-buy][aria-disabled="true"]')) event.preventDefault();
}, true);
document.addEventListener("htmx:confirm", (event) => {
  if (event.target.matches?.('[data-buy][aria-disabled="true"]')) event.preventDefault();
});
if (!navigator.onLine) sleep();
