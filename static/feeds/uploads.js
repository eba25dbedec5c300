// Pictures go up as they are picked, one after the other; the form sends only what they show. Without this script
// the same field sends them with the form.
const form = document.querySelector("form[data-draft]:has([data-tiles])");
const tiles = form?.querySelector("[data-tiles]");
const field = form?.querySelector("[name=pictures]");
let queue = Promise.resolve();
let under_way = 0;
let pressed = null;

const made = (kind) => form.querySelector(`template[data-${kind}]`).content.firstElementChild.cloneNode(true);
const named = (words, file) => words.replace("{name}", file.name);

async function preview(canvas, file) {
  try {
    const picture = await createImageBitmap(file, { resizeHeight: 320 });
    const side = Math.min(picture.width, picture.height);
    const from = [(picture.width - side) / 2, (picture.height - side) / 2, side, side];
    canvas.getContext("2d").drawImage(picture, ...from, 0, 0, canvas.width, canvas.height);
  } catch { /* The server says what is wrong with it. */ }
}

function failed(place, file, words, again) {
  const tile = made("failed");
  const said = tile.querySelector("[data-said]");
  said.textContent = said.dataset[words] ? named(said.dataset[words], file) : words;
  const button = tile.querySelector("[data-again]");
  if (again) button.addEventListener("click", () => add(file, tile));
  else button.remove();
  tile.querySelector("[data-dismiss]").addEventListener("click", () => {
    tile.remove();
    field.focus();
  });
  place.replaceWith(tile);
}

async function send(file, tile) {
  const fields = new FormData();
  for (const name of ["csrfmiddlewaretoken", "draft", "reply", "quote"]) {
    if (form.elements[name]) fields.set(name, form.elements[name].value);
  }
  fields.set("pictures", file);
  let answer;
  try {
    answer = await fetch(field.dataset.upload, { method: "POST", body: fields, redirect: "error" });
  } catch {
    failed(tile, file, "unsent", true);
    return;
  }
  const words = await answer.text();
  const plain = answer.headers.get("Content-Type")?.startsWith("text/plain");
  if (!answer.ok) {
    failed(tile, file, plain ? words : "unsent", answer.status !== 422);
    return;
  }
  const part = document.createElement("template");
  part.innerHTML = words;
  const kept = part.content.firstElementChild;
  tile.replaceWith(kept);
  // Whoever writes somewhere else meanwhile goes on writing there.
  if ([field, document.body].includes(document.activeElement)) kept.querySelector("textarea").focus();
}

function add(file, place) {
  const tile = made("uploading");
  const said = tile.querySelector("[data-said]");
  said.textContent = named(said.dataset.said, file);
  if (place) place.replaceWith(tile);
  else tiles.append(tile);
  const kept = tiles.querySelectorAll(".tile:not(.failed)").length;
  if (kept > Number(tiles.dataset.most)) failed(tile, file, "tooMany", false);
  else if (file.size > Number(field.dataset.mostBytes)) failed(tile, file, "tooLarge", false);
  else {
    preview(tile.querySelector("canvas"), file);
    under_way += 1;
    queue = queue.then(() => send(file, tile)).finally(done);
  }
}

function done() {
  under_way -= 1;
  if (under_way || !pressed) return;
  const button = pressed;
  pressed = null;
  button.removeAttribute("aria-disabled");
  if (!tiles.querySelector(".failed")) form.requestSubmit(button);
}

if (form) {
  field.addEventListener("change", () => {
    const files = [...field.files];
    field.value = "";
    for (const file of files) add(file);
  });
  tiles.addEventListener("click", (event) => {
    const button = event.target.closest("[name=remove]");
    if (!button) return;
    event.preventDefault();
    const gone = document.createElement("input");
    Object.assign(gone, { type: "hidden", name: "removed", value: button.value });
    form.append(gone);
    button.closest(".tile").remove();
    field.focus();
    form.dispatchEvent(new Event("change"));
  });
  // Whoever publishes while a picture is under way waits for it.
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!under_way || button?.name === "discard") return;
    event.preventDefault();
    pressed = button ?? form.querySelector("[data-publish]");
    pressed.setAttribute("aria-disabled", "true");
  }, { capture: true });
}
