// The payment provider's script, which is asked for only once there is something to pay or a card to
// add, and how its fields look here.

let script = null;
let stripe = null;

function load(source) {
  script ??= new Promise((resolve, reject) => {
    const tag = document.createElement("script");
    tag.src = source;
    tag.onload = () => resolve(window.Stripe);
    tag.onerror = () => {
      tag.remove();
      script = null;
      reject(new Error("the payment script did not load"));
    };
    document.head.append(tag);
  });
  return script;
}

// `form` says where the script is, and whose key it runs with.
export async function open(form) {
  const make = await load(form.dataset.stripeScript);
  stripe ??= make(form.dataset.stripeKey, { locale: document.documentElement.lang });
  return stripe;
}

// Tokens are written in oklch; the provider's frame wants plain colours.
function colour(token) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  const probe = document.createElement("i");
  probe.className = `probe-${token}`;
  document.body.append(probe);
  paint.fillStyle = getComputedStyle(probe).color;
  probe.remove();
  paint.fillRect(0, 0, 1, 1);
  const bytes = [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export const appearance = () => ({
  theme: "stripe",
  labels: "above",
  variables: {
    colorPrimary: colour("brand"),
    colorBackground: colour("surface"),
    colorText: colour("ink"),
    colorTextSecondary: colour("ink-2"),
    colorTextPlaceholder: colour("ink-3"),
    colorDanger: colour("danger"),
    fontFamily: "Figtree, system-ui, sans-serif",
    fontSizeBase: "16px",
    borderRadius: "10px",
  },
});

// The page's own text face, which is preloaded in its head.
export const fonts = () => [...document.querySelectorAll('link[rel="preload"][as="font"]')].map((link) => (
  { family: "Figtree", src: `url(${link.href})`, weight: "300 900" }
));
