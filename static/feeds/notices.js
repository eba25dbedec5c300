// The number of unread notifications on every page. It is asked for once a minute at the most, and
// kept in this tab meanwhile, so that reading the feed costs the server nothing more.
"use strict";
(() => {
  const KEPT = 60_000; // milliseconds
  const NAME = "notices";
  const { count: address } = document.currentScript.dataset;
  const badges = () => document.querySelectorAll("[data-notice-count]");

  function show(unread) {
    for (const badge of badges()) {
      badge.textContent = unread > 99 ? "99+" : String(unread);
      badge.hidden = unread === 0;
    }
  }

  function kept() {
    try { return JSON.parse(sessionStorage.getItem(NAME)); } catch { return null; }
  }

  function keep(unread, at) {
    try { sessionStorage.setItem(NAME, JSON.stringify({ unread, at })); } catch { /* Asked again. */ }
  }

  // What somebody does here changes the number: then it is not taken from what was kept.
  async function look({ anew = false } = {}) {
    if (!badges().length) {
      // Nobody is signed in, and the next may be somebody else.
      try { sessionStorage.removeItem(NAME); } catch { /* Then nothing is kept. */ }
      return;
    }
    const before = kept();
    if (before) show(before.unread);
    if (before && !anew && Date.now() - before.at < KEPT) return;
    try {
      const answer = await fetch(address, { redirect: "error" });
      if (!answer.ok) return;
      const { unread } = await answer.json();
      keep(unread, Date.now());
      show(unread);
    } catch { /* The next page asks again. */ }
  }

  const inbox = address.replace(/count\/$/, "");
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-notice]")) keep(kept()?.unread ?? 0, 0);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { verb, path } = event.detail.requestConfig;
    if (verb === "post" && path.startsWith(inbox)) look({ anew: true });
  });
  addEventListener("pageshow", (event) => event.persisted && look());
  look({ anew: location.pathname.startsWith(inbox) });
})();
