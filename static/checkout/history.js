// One entry of the browser's history an open sheet: Back closes it, Forward opens it again.
import { close, dialog, isOpen, open, openerId } from "./sheet.js";

const PRODUCT = /^[0-9a-f-]{36}$/;

const wanted = () => {
  const product = new URL(location.href).searchParams.get("buy") ?? "";
  return PRODUCT.test(product) ? product : null;
};

function address(product) {
  const url = new URL(location.href);
  if (product) url.searchParams.set("buy", product);
  else url.searchParams.delete("buy");
  return url.pathname + url.search + url.hash;
}

document.addEventListener("sheet:opened", () => {
  const product = dialog()?.dataset.product;
  if (!product || wanted() === product) return;
  history.pushState({ sheet: true, opener: openerId() }, "", address(product));
});

document.addEventListener("sheet:leave", () => {
  if (history.state?.sheet) return history.back();
  history.replaceState(null, "", address(null));
  close();
});

// The order takes the place of the form that was paid: no way back leads to that form.
export function becomeOrder(url) {
  history.replaceState({ sheet: Boolean(history.state?.sheet), order: true }, "", url);
}

addEventListener("popstate", (event) => {
  const product = wanted();
  if (event.state?.order) return location.reload();
  if (isOpen() && dialog().dataset.product !== product) close();
  if (product && !isOpen()) open(product, event.state?.opener);
});

const atStart = wanted();
if (atStart && document.getElementById("sheet")) open(atStart, history.state?.opener);
