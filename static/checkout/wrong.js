// The address book's form came back: on to the first field that is wrong.
document.querySelector('#address [aria-invalid="true"]')?.focus();
