// Which key a press on Pay went out under, and as which member ("" for a guest): kept over a reload
// of the page and no longer than it.
const name = (product) => `buy:${product}`;
const HOUR = 3600_000;

export function remember({ product, key, member }) {
  try {
    sessionStorage.setItem(name(product), JSON.stringify({ key, member, at: Date.now() }));
  } catch { /* Without storage a reload starts a new form; the server still knows the order. */ }
}

export function recall(product) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(name(product)));
    return kept && Date.now() - kept.at < HOUR ? kept : null;
  } catch {
    return null;
  }
}

export function forget(product) {
  try {
    sessionStorage.removeItem(name(product));
  } catch { /* Nothing was kept. */ }
}
