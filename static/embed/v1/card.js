// Tells the page that asked for it, and named itself behind the address, how high the card is.
"use strict";
(() => {
  const host = new URLSearchParams(location.hash.slice(1)).get("host");
  if (!host || parent === window) return;
  const page = document.documentElement;
  const tell = () => parent.postMessage({ etal: "card", height: Math.ceil(page.getBoundingClientRect().height) }, host);
  new ResizeObserver(tell).observe(page);
})();
