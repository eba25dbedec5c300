// The address book's form: a state or province is asked only where a parcel needs one.
const form = document.getElementById("address");
const country = form.querySelector('[name="country"]');

function show() {
  form.querySelectorAll("[data-only-in]").forEach((field) => {
    field.hidden = !field.dataset.onlyIn.split(" ").includes(country.value);
  });
}

country.addEventListener("change", show);
show();
form.querySelector('[aria-invalid="true"]')?.focus();
