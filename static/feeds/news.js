// "4 new posts": asks now and then what came to this timeline, and loads it above what is read.
"use strict";
(() => {
  const bar = document.querySelector("[data-news]");
  if (!bar) return;
  const pill = bar.querySelector("a");
  const SECONDS = 30;
  const LONGEST = 300;
  // Behind which post or moment they are new; and up to which moment they were counted.
  let from = bar.dataset.after ? { after: bar.dataset.after } : { since: 0 };
  let until = 0;
  let wait = SECONDS;
  let timer = 0;

  const address = (path, words) => `${path}?${new URLSearchParams(words)}`;

  async function ask() {
    const answer = await fetch(address(bar.dataset.news, from), { cache: "no-cache" });
    if (!answer.ok) throw new Error(String(answer.status));
    const news = await answer.json();
    until = news.until;
    // More than a page can take in at once: the link leads to the newest.
    bar.classList.toggle("many", news.count > Number(bar.dataset.most));
    if (pill.textContent !== news.words) pill.textContent = news.words;
    pill.hidden = news.count === 0;
    return news.count;
  }

  async function look() {
    let found = 0;
    try {
      found = await ask();
      wait = found ? SECONDS : Math.min(wait * 1.5, LONGEST);
    } catch {
      wait = Math.min(wait * 2, LONGEST);
    }
    later(wait);
  }

  function later(seconds) {
    clearTimeout(timer);
    if (document.visibilityState === "visible") timer = setTimeout(look, seconds * 1000);
  }

  async function load() {
    const answer = await fetch(address(bar.dataset.posts, { ...from, until }));
    if (!answer.ok) throw new Error(String(answer.status));
    const fragment = document.createRange().createContextualFragment(await answer.text());
    for (const post of [...fragment.children]) if (document.getElementById(post.id)) post.remove();
    const first = fragment.firstElementChild;
    // What is read stays where it is, unless its reader stands at the very top and means to go on.
    const reading = scrollY > 0 && document.querySelector("main > [data-post]");
    const place = reading ? reading.getBoundingClientRect().top : 0;
    bar.after(fragment);
    if (reading) scrollBy({ top: reading.getBoundingClientRect().top - place, behavior: "instant" });
    for (const post of document.querySelectorAll("main > [data-post]")) htmx.process(post);
    from = { since: until };
    pill.hidden = true;
    if (reading) bar.classList.add("above");
    first?.focus({ preventScroll: true });
  }

  pill.addEventListener("click", async (event) => {
    if (bar.classList.contains("many") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      await load();
    } catch {
      location.assign(pill.href);
    }
    later(SECONDS);
  });

  document.addEventListener("visibilitychange", () => {
    wait = SECONDS;
    if (document.visibilityState === "visible") look();
    else clearTimeout(timer);
  });

  later(wait);
})();
