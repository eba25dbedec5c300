// Buying, on every page that can open the sheet. Each module listens for what it cares about.
import "./checkout/sheet.js";
import "./checkout/history.js";
import "./checkout/fields.js";
import "./checkout/payment.js";
import "./checkout/wallets.js";
import "./checkout/order.js";
import "./checkout/offline.js";
import "./checkout/cart.js";
import "./checkout/held.js";
