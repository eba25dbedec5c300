// Lets a device keep Étal beside its apps, and say so when there is no network.
"use strict";
(() => {
  const { worker } = document.currentScript.dataset;
  // After all that the page itself needs.
  if ("serviceWorker" in navigator && isSecureContext) {
    addEventListener("load", () => navigator.serviceWorker.register(worker).catch(() => {}));
  }
})();
