// What is typed is kept on the server under its page's own key: a moment after the last letter, and on leaving.
// Where that fails it stays in this tab, and is brought back and sent when the page is opened again.
const QUIET = 700; // milliseconds
const AGAIN = 10_000;

function watch(form) {
  const body = form.querySelector("[data-typed]");
  const said = form.querySelector("[data-kept]");
  const field = (name) => form.elements[name]?.value ?? "";
  const shelf = `typed:${field("writer")}:${field("reply")}:${field("quote")}`;
  let timer = 0;
  let saving = null;
  let unsaved = false;
  let sent = false;

  function say(text) {
    if (said && said.textContent !== text) said.textContent = text;
  }

  function typed() {
    const fields = new FormData(form);
    fields.delete("pictures");
    return fields;
  }

  async function save({ keepalive = false } = {}) {
    unsaved = false;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body: typed(), keepalive, redirect: "error",
      });
      if (!answer.ok) throw new Error(answer.status === 401 ? await answer.text() : "");
      sessionStorage.removeItem(shelf);
      const linked = form.querySelector("#linked");
      const cards = await answer.text();
      if (linked && linked.innerHTML !== cards) linked.innerHTML = cards;
      say(said?.dataset.saved ?? "");
    } catch (problem) {
      unsaved = true;
      sessionStorage.setItem(shelf, body.value);
      say(problem.message && problem.name === "Error" ? problem.message : said?.dataset.unsaved ?? "");
      later(AGAIN);
    }
  }

  // One after the other: a late answer of an older one must not be the last.
  async function turn() {
    if (saving || sent || !unsaved) return;
    saving = save();
    await saving;
    saving = null;
    if (unsaved && !timer) later(QUIET);
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = 0;
      turn();
    }, wait);
  }

  function changed(event) {
    if (event.target.name === "q" || event.target.type === "file") return;
    unsaved = true;
    later(QUIET);
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    sent = true;
    sessionStorage.removeItem(shelf); // The server keeps what it refuses.
  });
  // There is no later: it goes out now.
  addEventListener("pagehide", () => {
    if (!unsaved || sent) return;
    sessionStorage.setItem(shelf, body.value);
    save({ keepalive: true });
  });
  // A page that is shown again from memory has the key of a draft that may be used up.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  const left = sessionStorage.getItem(shelf);
  if (left === body.value) sessionStorage.removeItem(shelf); // It arrived as the page was left.
  else if (left) {
    body.value = left;
    body.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
