// A wallet that the sandbox makes up: a button, and an interface with addresses and one card.
'use strict';

const parent_ = new URLSearchParams(location.hash.slice(1)).get('parent');
const NAMES = {googlePay: 'Google Pay', applePay: 'Apple Pay'};
const TYPES = {googlePay: 'google_pay', applePay: 'apple_pay'};
const OWNER = {name: 'Camille Roux', email: 'camille@wallet.example', phone: '+33612345678'};
const ADDRESSES = [
  {line1: '3 quai Lamartine', line2: 'Escalier B', city: 'Mâcon', postal_code: '71000', state: '', country: 'FR'},
  {line1: 'Kastanienallee 12', line2: '', city: 'Berlin', postal_code: '10435', state: '', country: 'DE'},
  {line1: '500 Congress Avenue', line2: '', city: 'Austin', postal_code: '78701', state: 'TX', country: 'US'},
];
const part = (id) => document.getElementById(id);
let settings = {options: {}};
let texts = textsFor('en');
let wallet = {offered: [], number: ''};
let ready = false;

function tell(type, data, call) {
  window.parent.postMessage({type, call, data}, parent_);
}

const known = () => {
  const allowed = settings.options.allowedShippingCountries;
  return ADDRESSES.filter(({country}) => !allowed || allowed.includes(country));
};
const chosen = () => known()[part('address').selectedIndex];

function showTotal() {
  const {currency, amount, locale} = settings;
  const money = new Intl.NumberFormat(locale, {style: 'currency', currency});
  const digits = money.resolvedOptions().maximumFractionDigits;
  part('total').textContent = money.format(amount / 10 ** digits);
}

async function start(given) {
  settings = given;
  texts = textsFor(settings.locale);
  document.documentElement.lang = (settings.locale || 'en').slice(0, 2);
  showTexts(document, texts);
  showTotal();
  if (ready) return;
  ready = true;
  wallet = await (await fetch('/_sandbox/wallet')).json();
  part('wallet').hidden = !wallet.offered.length;
  part('wallet').textContent = NAMES[wallet.offered[0]] || '';
  tell('ready', {offered: wallet.offered});
}

function show(given) {
  settings = given;
  part('address').replaceChildren(...known().map(({line1, city, country}) => new Option(`${line1}, ${city}, ${country}`)));
  part('interface').hidden = false;
  part('said').textContent = '';
  part('address').focus();
  moved();
}

// Before it is paid a wallet tells no more of an address than what prices depend on.
function moved() {
  part('confirm').disabled = true;
  if (!settings.options.shippingAddressRequired) return accepted(settings);
  const {city, postal_code: postalCode, state, country} = chosen();
  return tell('address', {name: OWNER.name, address: {city, postal_code: postalCode, state, country}});
}

function accepted(given) {
  settings = given;
  showTotal();
  part('said').textContent = '';
  part('confirm').disabled = false;
}

function close() {
  part('interface').hidden = true;
}

function append(body, name, value) {
  if (value === undefined || value === null || value === '') return;
  if (typeof value !== 'object') body.append(name, String(value));
  else for (const [key, item] of Object.entries(value)) append(body, name ? `${name}[${key}]` : key, item);
}

async function confirmationToken({return_url: returnUrl}) {
  const body = new URLSearchParams();
  const card = {number: wallet.number, exp_month: 12, exp_year: new Date().getFullYear() + 3, wallet: TYPES[wallet.offered[0]]};
  const {name, email, phone} = OWNER;
  append(body, '', {
    payment_method_data: {type: 'card', card, billing_details: {name, email, phone, address: chosen()}},
    shipping: {name, phone, address: chosen()},
    return_url: returnUrl,
  });
  const headers = {Authorization: `Bearer ${settings.key}`};
  const answer = await (await fetch('/v1/confirmation_tokens', {method: 'POST', headers, body})).json();
  if (!answer.error) close();
  return answer;
}

const ACTIONS = {
  start,
  update: start,
  show,
  close,
  accepted,
  rejected() { part('said').textContent = texts.wallet_nowhere; },
  failed({message}) {
    part('interface').hidden = false;
    part('confirm').disabled = false;
    part('said').textContent = message || texts.wallet_failed;
  },
  confirmation_token: confirmationToken,
  focus: () => part('wallet').focus(),
};

window.addEventListener('message', async (event) => {
  if (event.source !== window.parent || event.origin !== parent_) return;
  const {type, call, data} = event.data || {};
  if (!Object.hasOwn(ACTIONS, type)) return;
  const answer = await ACTIONS[type](data || {});
  if (call) tell('reply', answer, call);
});
part('wallet').addEventListener('click', () => tell('click', {expressPaymentType: TYPES[wallet.offered[0]]}));
part('address').addEventListener('change', moved);
part('cancel').addEventListener('click', () => {
  close();
  tell('cancel');
});
part('interface').addEventListener('submit', (event) => {
  event.preventDefault();
  part('confirm').disabled = true;
  const {options} = settings;
  const {name, email, phone} = OWNER;
  tell('confirm', {
    expressPaymentType: wallet.offered[0],
    billingDetails: {name, email: options.emailRequired ? email : undefined, phone: options.phoneNumberRequired ? phone : undefined, address: chosen()},
    shippingAddress: options.shippingAddressRequired ? {name, address: chosen()} : undefined,
  });
});
window.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') tell('escape');
});
new ResizeObserver(() => tell('resize', {height: part('all').getBoundingClientRect().height})).observe(part('all'));
if (parent_) tell('open');
