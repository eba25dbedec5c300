// What the feed does beyond links and forms: likes and follows at once, sharing, j k b, options.
"use strict";
(() => {
  const toasts = document.getElementById("toasts");

  function toast(text) {
    const line = document.createElement("p");
    line.className = "toast";
    const words = document.createElement("span");
    words.className = "grow";
    words.textContent = text;
    line.append(words);
    toasts.append(line);
    setTimeout(() => line.remove(), 5000);
  }

  // A button of the page's #act form that is on or off. Shown at once, taken back on failure.
  async function toggle(button, show) {
    if (button.dataset.busy) return;
    button.dataset.busy = "1";
    const on = button.getAttribute("aria-pressed") !== "true";
    show(on, null);
    const fields = new FormData(button.form);
    fields.set(button.name, on ? "yes" : "no");
    try {
      const answer = await fetch(button.getAttribute("formaction"), {
        method: "POST", body: fields, headers: { Accept: "application/json" }, redirect: "error",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      show(on, (await answer.json()).count ?? null);
    } catch {
      show(!on, null);
      toast(toasts.dataset.failed);
    }
    delete button.dataset.busy;
  }

  function press(button, on) {
    button.setAttribute("aria-pressed", String(on));
    button.value = on ? "no" : "yes";
  }

  function like(button) {
    const figure = button.querySelector(".num");
    const before = Number(figure.textContent);
    const was = button.getAttribute("aria-pressed") === "true";
    toggle(button, (on, count) => {
      press(button, on);
      figure.textContent = count ?? (on === was ? before : before + (on ? 1 : -1));
    });
  }

  function follow(button) {
    toggle(button, (on) => {
      press(button, on);
      button.textContent = on ? button.dataset.on : button.dataset.off;
      if (button.dataset.tone) button.classList.toggle(button.dataset.tone, !on);
    });
  }

  async function share(link) {
    try {
      if (navigator.share) await navigator.share({ url: link.href });
      else {
        await navigator.clipboard.writeText(link.href);
        toast(toasts.dataset.copied);
      }
    } catch (problem) {
      if (problem.name !== "AbortError") location.assign(link.href);
    }
  }

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = event.target.closest("[data-like], [data-follow], [data-share], [data-back], [data-remind]");
    if (!target) return;
    if ("back" in target.dataset) {
      const here = document.referrer && new URL(document.referrer).origin === location.origin;
      if (!here || history.length < 2) return;
      event.preventDefault();
      history.back();
      return;
    }
    event.preventDefault();
    if ("like" in target.dataset) like(target);
    else if ("follow" in target.dataset) follow(target);
    else if ("remind" in target.dataset) toggle(target, (on) => press(target, on));
    else share(target);
  });

  // From within a post, j and k go to its neighbours and b buys. Only there, so that no single
  // letter does anything to those who speak to their browser (WCAG 2.1.4).
  document.addEventListener("keydown", (event) => {
    const here = event.target.closest?.("[data-post]");
    if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    const posts = [...document.querySelectorAll("[data-post]")];
    const by = { j: 1, k: -1 }[event.key];
    if (by) {
      const next = posts[posts.indexOf(here) + by];
      next?.focus({ preventScroll: true });
      next?.scrollIntoView({ block: "start" });
    } else if (event.key === "b") here.querySelector("[data-buy]")?.click();
  });

  // The composer says how many characters are left.
  const note = document.querySelector("[data-limit]");
  const body = note && document.querySelector("textarea[name=body]");
  if (body) {
    const words = note.textContent;
    body.addEventListener("input", () => {
      const left = Number(note.dataset.limit) - [...body.value.trim()].length;
      note.textContent = left > 100 ? words : String(left);
      note.classList.toggle("danger", left < 0);
    });
  }

  for (const line of toasts.querySelectorAll(".toast")) setTimeout(() => line.remove(), 8000);
})();
