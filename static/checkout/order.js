// What was bought, shown in the sheet that it was bought in: the feed below has not moved.
import { becomeOrder } from "./history.js";
import { dialog, isOpen, leave } from "./sheet.js";
import { toast } from "../toasts.js";

const thanks = (url) => `${url}?thanks=1`;
const tell = (text, url) => toast(text, { href: thanks(url) });

export async function arrived(product, { url, text }) {
  const box = dialog();
  if (!box) return document.getElementById("buy-form") ? location.replace(thanks(url)) : tell(text, url);
  if (!isOpen() || box.dataset.product !== product) return tell(text, url);
  const answer = await fetch(`${url}?over=1`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return location.replace(thanks(url));
  document.dispatchEvent(new CustomEvent("sheet:paid"));
  box.innerHTML = await answer.text();
  box.removeAttribute("data-product");
  box.setAttribute("aria-labelledby", "order-title");
  htmx.process(box);
  becomeOrder(url);
  document.getElementById("order-title").focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-return]");
  if (!link || event.defaultPrevented) return;
  const came = document.referrer && new URL(document.referrer).origin === location.origin;
  if (isOpen()) {
    event.preventDefault();
    leave();
  } else if (came && history.length > 1) {
    event.preventDefault();
    history.back();
  }
});
