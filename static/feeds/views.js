// Tells the shop which posts with products were seen: half of one, for a second. Once a page.
"use strict";
(() => {
  const { url } = document.currentScript.dataset;
  const SECOND = 1000;
  const MOST = 50;
  const waiting = new Map();
  const counted = new Set();
  let fresh = [];

  function count(post) {
    const id = post.dataset.views;
    watch.unobserve(post);
    if (counted.has(id)) return;
    counted.add(id);
    fresh.push(["post", id]);
    if (fresh.length === MOST) send();
  }

  function send() {
    if (!fresh.length) return;
    navigator.sendBeacon(url, new URLSearchParams(fresh));
    fresh = [];
  }

  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(waiting.get(target));
      if (isIntersecting) waiting.set(target, setTimeout(count, SECOND, target));
    }
  }, { threshold: 0.5 });

  const look = () => { for (const post of document.querySelectorAll("[data-views]")) watch.observe(post); };
  addEventListener("DOMContentLoaded", look);
  document.addEventListener("htmx:load", look);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") send(); });
  addEventListener("pagehide", send);
  setInterval(send, 10 * SECOND);
})();
