// <buy-now product="…" partner="…"><a href="…">Buy …</a></buy-now>: see docs/embedding.md.
// The card is a frame of the origin that this script came from; what stands between the tags is shown
// until the frame has said how high it is, and for good where it may not be shown.
"use strict";
(() => {
  const script = document.currentScript;
  if (!script || customElements.get("buy-now")) return;
  const ORIGIN = new URL(script.src).origin;
  const PRODUCT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  const SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox";
  const HIGHEST = 2000;
  const PATIENCE = 2000; // What is not there then will not come: its place is given back.
  const LOOKS = ["layout", "theme", "country"];
  // Height of a compact card; of a full one below its picture, which is 4:3 of its width.
  const COMPACT = 160, BELOW = 157, WIDEST = 384, NARROW = 300;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { display: block; max-inline-size: ${WIDEST}px; }
    :host([hidden]) { display: none; }
    .place { position: relative; }
    iframe { display: block; inline-size: 100%; block-size: 0; border: 0; background: none; color-scheme: light dark; }
    iframe.light { color-scheme: light; }
    iframe.dark { color-scheme: dark; }
    slot { position: absolute; inset: 0 0 auto; }
    slot[hidden] { display: none; }
    .alone slot { position: static; }
    .alone iframe { position: absolute; visibility: hidden; }
  `);

  class BuyNow extends HTMLElement {
    static observedAttributes = ["product", "partner", "lang", ...LOOKS];
    #place = document.createElement("div");
    #frame = null;
    #slot = document.createElement("slot");
    #waits = 0;
    #ready = false;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      this.#place.className = "place alone";
      this.#place.append(this.#slot);
      root.append(this.#place);
    }

    connectedCallback() {
      addEventListener("message", this);
      this.#show();
    }

    disconnectedCallback() {
      removeEventListener("message", this);
      clearTimeout(this.#waits);
    }

    attributeChangedCallback(name, before, after) {
      if (this.isConnected && before !== after) this.#show();
    }

    // The product's own page with checkout open: a window of ours, where everything is typed.
    get href() {
      const url = new URL(`/products/${this.getAttribute("product")}/-/`, ORIGIN);
      if (this.getAttribute("partner")) url.searchParams.set("partner", this.getAttribute("partner"));
      url.searchParams.set("buy", this.getAttribute("product"));
      return url.href;
    }

    open() {
      if (PRODUCT.test(this.getAttribute("product"))) window.open(this.href, "_blank", "noopener");
    }

    handleEvent({ source, origin, data }) {
      // A sandbox has no origin: what speaks is our frame, and nothing that it was led to.
      if (!this.#frame || source !== this.#frame.contentWindow || origin !== "null") return;
      if (data?.etal !== "card" || !(data.height > 0 && data.height <= HIGHEST)) return;
      clearTimeout(this.#waits);
      this.#ready = true; // Also where it comes after we have given up.
      this.#place.className = "place";
      this.#place.style.minBlockSize = "";
      this.#frame.style.blockSize = `${data.height}px`;
      this.#slot.hidden = true;
    }

    #show() {
      clearTimeout(this.#waits);
      this.#frame?.remove();
      this.#frame = null;
      this.#ready = false;
      this.#slot.hidden = false;
      this.#place.className = "place alone";
      if (!PRODUCT.test(this.getAttribute("product"))) return;
      this.#place.className = "place";
      this.#place.style.minBlockSize = `${this.#height()}px`;
      this.#frame = this.#card();
      this.#place.append(this.#frame);
    }

    #height() {
      const width = Math.min(this.clientWidth || WIDEST, WIDEST);
      const low = this.getAttribute("layout") === "compact" || width < NARROW;
      return low ? COMPACT : Math.round(width * 0.75) + BELOW;
    }

    #card() {
      const url = new URL(`/embed/${this.getAttribute("product")}/`, ORIGIN);
      for (const name of ["partner", ...LOOKS]) {
        if (this.getAttribute(name)) url.searchParams.set(name, this.getAttribute(name));
      }
      const language = this.closest("[lang]")?.lang.split("-")[0];
      if (language) url.searchParams.set("lang", language);
      url.hash = new URLSearchParams({ host: location.origin });
      const frame = document.createElement("iframe");
      frame.setAttribute("sandbox", SANDBOX);
      frame.title = this.textContent.trim() || "Étal";
      frame.loading = "lazy";
      frame.className = this.getAttribute("theme") ?? "";
      // A page that may not be framed is an error of the browser's, which also loads.
      frame.addEventListener("load", () => {
        if (!this.#ready) this.#waits = setTimeout(() => this.#giveUp(), PATIENCE);
      });
      frame.src = url.href;
      return frame;
    }

    #giveUp() {
      this.#place.className = "place alone";
      this.#place.style.minBlockSize = "";
    }
  }

  customElements.define("buy-now", BuyNow);
})();
