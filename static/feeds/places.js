// Going back to a timeline: the further pages that were loaded come again, and the post that was
// read stands where it stood. Where the browser kept the page itself, nothing is left to do.
"use strict";
(() => {
  const feed = document.querySelector("main.feed");
  if (!feed) return;
  const KEPT = "feed-places";
  const MOST = 30; // Entries of the history that are remembered, and pages that are loaded again.
  // One entry of the browser's history; without its name, the address.
  const here = () => globalThis.navigation?.currentEntry?.key ?? location.pathname + location.search;

  function places() {
    try {
      return new Map(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));
    } catch {
      return new Map();
    }
  }

  function remember() {
    const kept = places();
    const entry = here();
    kept.delete(entry);
    const top = document.querySelector(".topbar")?.getBoundingClientRect().bottom ?? 0;
    const read = [...feed.querySelectorAll("[data-post]")].find(
      (post) => post.getBoundingClientRect().bottom > Math.max(top, 0) && !post.hidden,
    );
    if (read && scrollY > 0) {
      kept.set(entry, { id: read.id, top: read.getBoundingClientRect().top });
      history.scrollRestoration = "manual";
    }
    try {
      sessionStorage.setItem(KEPT, JSON.stringify([...kept].slice(-MOST)));
    } catch { /* Without room there, one returns to the top. */ }
  }

  const ENDS = ["htmx:afterSettle", "htmx:responseError", "htmx:sendError"];

  // The page below those that are there; false at the end. Only what is settled can be asked again.
  function more() {
    const next = feed.querySelector(".next[hx-get]");
    if (!next) return Promise.resolve(false);
    return new Promise((resolve) => {
      const done = (event) => {
        if (event.detail.elt !== next && event.detail.target !== next) return;
        for (const name of ENDS) document.body.removeEventListener(name, done);
        resolve(event.type === "htmx:afterSettle");
      };
      for (const name of ENDS) document.body.addEventListener(name, done);
      next.setAttribute("data-hx-revealed", "true"); // so that scrolling does not ask for it as well
      htmx.trigger(next, "revealed");
    });
  }

  async function restore({ id, top }) {
    for (let page = 0; page < MOST && !document.getElementById(id); page += 1) {
      if (!(await more())) break;
    }
    const read = document.getElementById(id);
    if (read) scrollTo({ top: scrollY + read.getBoundingClientRect().top - top, behavior: "instant" });
  }

  addEventListener("pagehide", remember);
  const [arrival] = performance.getEntriesByType("navigation");
  const kept = places().get(here());
  if (arrival?.type === "back_forward" && kept) {
    document.addEventListener("DOMContentLoaded", () => restore(kept));
  }
})();
