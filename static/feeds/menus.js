// Menus of a post: <details> that one leaves as a menu; editing and reporting in the place of what
// they are about.
"use strict";
(() => {
  const PLACES = "article, .profile";
  const opened = () => document.querySelectorAll("[data-menu][open]");

  function close(menu) {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary").focus();
  }

  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-menu] .choices");
    for (const menu of opened()) if (chosen || !menu.contains(event.target)) close(menu);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of opened()) close(menu);
  });

  // What was typed stays below the sentence that refuses it.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig, xhr } = event.detail;
    if ([422, 429].includes(xhr.status) && requestConfig.elt.matches("form.edit, form.report")) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  // One form a post or profile: pressed again, the button leads to it, or to the thanks for a report.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.target;
    if (!link.matches?.("[data-edit], [data-report]")) return;
    const form = link.closest(PLACES).querySelector("form.edit, form.report, .reported");
    if (!form) return;
    event.preventDefault();
    (form.querySelector("textarea, button") ?? form).focus();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-edit-cancel], [data-report-cancel]");
    const place = link?.closest(PLACES);
    if (!place) return;
    event.preventDefault();
    link.closest("form").remove();
    (place.matches("article") ? place : place.querySelector("summary")).focus({ preventScroll: true });
  });
})();
