// Menus of a post: <details> that one leaves as a menu, and editing in the post's own place.
"use strict";
(() => {
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
    if (xhr.status === 422 && requestConfig.elt.matches("form.edit")) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  // One form a post, whichever of its two buttons is pressed again.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.target.matches?.("[data-edit]")) return;
    const form = event.target.closest("article").querySelector("form.edit");
    if (!form) return;
    event.preventDefault();
    form.querySelector("textarea, button").focus();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("article [data-edit-cancel]");
    if (!link) return;
    event.preventDefault();
    const post = link.closest("article");
    link.closest("form").remove();
    post.focus({ preventScroll: true });
  });
})();
