// What the feed does beyond links and forms: likes, reposts, bookmarks and follows at once, deleting,
// sharing, j k b.
import { toast, words } from "./toasts.js";

// A button of the page's #act form that is on or off. Shown at once, taken back on failure.
async function toggle(button, show) {
  if (button.dataset.busy) return;
  button.dataset.busy = "1";
  const on = button.getAttribute("aria-pressed") !== "true";
  show(on, null);
  const fields = new FormData(button.form);
  fields.set(button.name, on ? "yes" : "no");
  let refusal = "";
  try {
    const answer = await fetch(button.getAttribute("formaction"), {
      method: "POST", body: fields, headers: { Accept: "application/json" }, redirect: "error",
    });
    if (!answer.ok) {
      refusal = (await answer.json()).message;
      throw new Error(String(answer.status));
    }
    const state = await answer.json();
    show(on, state.count ?? null, state.label);
  } catch {
    show(!on, null);
    toast(refusal || words.failed);
  }
  delete button.dataset.busy;
}

function press(button, on) {
  button.setAttribute("aria-pressed", String(on));
  button.value = on ? "no" : "yes";
  const name = button.querySelector("span:not(.num)") ?? button;
  if (button.dataset.on) name.textContent = on ? button.dataset.on : button.dataset.off;
  if (button.dataset.tone) button.classList.toggle(button.dataset.tone, !on);
}

// The figure stands in the button itself, or on the menu that the button is in.
function counted(button) {
  const place = button.closest("details")?.querySelector("summary") ?? button;
  const figure = place.querySelector(".num");
  const before = Number(figure.textContent);
  const was = button.getAttribute("aria-pressed") === "true";
  toggle(button, (on, count, label) => {
    press(button, on);
    figure.textContent = count ?? (on === was ? before : before + (on ? 1 : -1));
    if (label) place.setAttribute("aria-label", label);
  });
}

function remove(button) {
  const post = button.closest("[data-post]");
  toggle(button, (on) => { post.hidden = on; });
}

const plain = (button) => toggle(button, (on) => press(button, on));
const DEEDS = {
  like: counted, repost: counted, bookmark: plain, follow: plain, remind: plain, delete: remove, share,
};

async function share(link) {
  try {
    if (navigator.share) await navigator.share({ url: link.href });
    else {
      await navigator.clipboard.writeText(link.href);
      toast(words.copied);
    }
  } catch (problem) {
    if (problem.name !== "AbortError") location.assign(link.href);
  }
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const target = event.target.closest(
    "[data-like], [data-repost], [data-bookmark], [data-follow], [data-remind], [data-delete], [data-share], [data-back]",
  );
  if (!target) return;
  if ("back" in target.dataset) {
    const here = document.referrer && new URL(document.referrer).origin === location.origin;
    if (!here || history.length < 2) return;
    event.preventDefault();
    history.back();
    return;
  }
  event.preventDefault();
  const deed = Object.keys(DEEDS).find((name) => name in target.dataset);
  DEEDS[deed](target);
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
