// What is typed while the fields of another country are on their way stays in them.
let typed = new Map();

document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  if (target.id !== "address-fields") return;
  const fields = target.querySelectorAll("input:not([type=hidden])");
  typed = new Map([...fields].map((field) => [field.name, field.value]));
});

document.addEventListener("htmx:afterSwap", () => {
  for (const field of document.querySelectorAll("#address-fields input:not([type=hidden])")) {
    if (typed.get(field.name)) field.value = typed.get(field.name);
  }
  typed.clear();
});
