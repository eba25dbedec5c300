// What became of a press: sent once a key, asked for by that key where its answer was lost.
import { begin, drop, end, isRunning, isShown, running, showAgain } from "./attempt.js";
import { showErrors } from "./fields.js";
import { forget, recall, remember } from "./memory.js";
import { arrived } from "./order.js";
import { form, note, showNote, stepAside } from "./sheet.js";
import { nextAction, refresh } from "./stripe.js";

const UNKNOWN_AFTER = 30_000;
const ASK_EVERY = 2_000;
const GIVE_UP_AFTER = 600_000;

async function ask(url, { body = null } = {}) {
  const answer = await fetch(url, {
    method: body ? "POST" : "GET", body,
    headers: { Accept: "application/json" }, signal: AbortSignal.timeout(UNKNOWN_AFTER),
  });
  if (answer.status >= 500 || answer.status === 403) throw new Error(String(answer.status));
  return answer.json();
}

const askOutcome = (one) => ask(`${one.outcome}?key=${one.key}`);

// `waited`: so long that the shopper has to be told not to pay again. The server then promises to
// write, unless it knows by now.
function askStripe(one, { waited = false } = {}) {
  const body = new FormData();
  body.set("key", one.key);
  body.set("csrfmiddlewaretoken", one.fields.get("csrfmiddlewaretoken"));
  if (waited) body.set("waited", "1");
  return ask(one.settle, { body });
}

export async function send(one) {
  if (!isRunning(one)) return; // The sheet was closed before anything went out.
  one.sent = true;
  remember(one);
  try {
    await follow(one, await ask(one.place, { body: one.fields }));
  } catch (problem) {
    one.forbidden = problem.message === "403";
    await lost(one, problem);
  }
}

// No answer came: the press may have counted. Find out by its key before anything else.
async function lost(one, problem) {
  const waited = problem.name === "TimeoutError";
  if (isShown(one)) note(waited ? "resumed" : navigator.onLine ? "failed" : "cut-off");
  await watch(one, { waited });
}

async function watch(one, { waited = false } = {}) {
  const until = Date.now() + GIVE_UP_AFTER;
  const unknownAt = Date.now() + (waited ? 0 : UNKNOWN_AFTER);
  let told = false;
  let missing = 0;
  while (Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
    try {
      let answer = await askOutcome(one);
      if (answer.kind === "pending" && !told && Date.now() > unknownAt) {
        answer = await askStripe(one, { waited: true });
        told = true;
        if (answer.html && answer.kind === "pending" && isShown(one)) note("", { html: answer.html });
      }
      // A press may still be on its way when it is asked for the first time.
      missing = answer.kind === "none" ? missing + 1 : 0;
      if (answer.kind !== "pending" && (answer.kind !== "none" || missing > 1)) return await follow(one, answer);
    } catch { /* Offline still, or the server is starting: ask again. */ }
  }
}

async function challenge(one, { client_secret: secret, html }) {
  if (isShown(one)) note("", { html });
  const result = await (isShown(one) ? stepAside(() => nextAction(secret)) : nextAction(secret));
  const answer = await askStripe(one);
  if (answer.kind === "action" || (result.error && answer.kind === "pending")) {
    return refuse(one, { name: "refused-check", again: true });
  }
  return follow(one, answer);
}

function refuse(one, { name = "", html = "", again = false } = {}) {
  const shown = isShown(one);
  end(one, { again });
  if (shown) note(name, { html });
}

// Nobody here sent that key. It is kept where the one who did has signed out since.
function missed(one, member) {
  if (one.member && one.member !== member) return refuse(one, { name: "other-member" });
  forget(one.product);
  return refuse(one, { name: one.forbidden ? "outdated" : "untouched" });
}

// The parts of the sheet that changed, with the note among them.
function redraw(one, html) {
  const shown = isShown(one);
  end(one);
  if (!shown) return;
  htmx.swap("#buy-choices", html, { swapStyle: "outerHTML" }, {
    afterSettleCallback: () => {
      refresh();
      showNote();
    },
  });
}

async function follow(one, answer) {
  switch (answer.kind) {
    case "paid":
      forget(one.product);
      drop(one);
      return arrived(one.product, answer);
    case "action":
      return challenge(one, answer);
    case "asks":
      return follow(one, await askStripe(one));
    case "pending":
      if (answer.html && isShown(one)) note("", { html: answer.html });
      return watch(one);
    case "renewed":
      one.key = answer.key;
      one.fields.set("key", answer.key);
      if (isShown(one)) form().elements.key.value = answer.key;
      return send(one);
    case "invalid": {
      forget(one.product);
      const shown = isShown(one);
      end(one);
      if (shown && !showErrors(answer.errors)) note("failed");
      return undefined;
    }
    case "declined":
      return refuse(one, { html: answer.html, again: true });
    case "none":
      return missed(one, answer.member);
    case "cancelled":
    case "gone":
      forget(one.product);
      return refuse(one, { html: answer.html });
    default:
      forget(one.product);
      return redraw(one, answer.html);
  }
}

// A press that went out before this page was loaded, or from a sheet that was closed since.
export async function resume() {
  const { product } = form().dataset;
  const before = running();
  if (before) {
    if (before.product === product) {
      showAgain(before);
      note("resumed", { focus: false });
    }
    return;
  }
  const kept = recall(product);
  if (!kept) return;
  form().elements.key.value = kept.key;
  const one = begin(new FormData(form()));
  one.member = kept.member;
  one.sent = true;
  note("resumed", { focus: false });
  try {
    let answer = await askOutcome(one);
    if (answer.kind === "none") return await watch(one);
    if (answer.kind === "pending") answer = await askStripe(one);
    await follow(one, answer);
  } catch (problem) {
    await lost(one, problem);
  }
}
