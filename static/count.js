// A page of a stocktake: the first empty field has the focus. The admin's frame is hidden until its own
// scripts have run, so that the browser's autofocus comes too early.
window.addEventListener("load", () => {
  if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();
});
