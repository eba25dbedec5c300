// The Payment Element's inside. Card data goes from here to the sandbox and never to the page around.
'use strict';

const parent_ = new URLSearchParams(location.hash.slice(1)).get('parent');
const form = document.getElementById('form');
const fields = {
  number: document.getElementById('Field-numberInput'),
  expiry: document.getElementById('Field-expiryInput'),
  cvc: document.getElementById('Field-cvcInput'),
  country: document.getElementById('Field-countryInput'),
  postalCode: document.getElementById('Field-postalCodeInput'),
};
const WITH_POSTAL_CODE = ['US', 'GB', 'CA'];
const COUNTRIES = (
  'AT AU BE BG BR CA CH CY CZ DE DK EE ES FI FR GB GR HK HR HU IE IN IS IT JP LI LT LU LV MT MX NL NO NZ '
  + 'PL PT RO SE SG SI SK US').split(' ');
let settings = {options: {}};
let texts = textsFor('en');
let ready = false;

function tell(type, data, call) {
  window.parent.postMessage({type, call, data}, parent_);
}

function wants(name) {
  const billing = settings.options.fields?.billingDetails;
  if (billing === 'never') return false;
  const address = billing?.address;
  if (address === 'never') return false;
  return address?.[name] !== 'never';
}

function fillCountries() {
  const names = new Intl.DisplayNames([settings.locale || 'en'], {type: 'region'});
  const defaults = settings.options.defaultValues?.billingDetails?.address || {};
  const usual = (settings.locale || '').toLowerCase().startsWith('fr') ? 'FR' : 'US';
  const chosen = fields.country.value || defaults.country || usual;
  const codes = COUNTRIES.includes(chosen) ? COUNTRIES : [...COUNTRIES, chosen];
  const options = codes.map((code) => new Option(names.of(code), code));
  options.sort((one, other) => one.text.localeCompare(other.text, settings.locale));
  fields.country.replaceChildren(...options);
  fields.country.value = chosen;
  if (!fields.postalCode.value) fields.postalCode.value = defaults.postal_code || '';
}

function dress() {
  const {appearance = {}, dark, fonts = []} = settings;
  const root = document.documentElement;
  root.dataset.theme = dark ? 'dark' : appearance.theme || 'stripe';
  root.style.colorScheme = dark ? 'dark' : 'light';
  root.lang = (settings.locale || 'en').slice(0, 2);
  for (const [name, value] of Object.entries(appearance.variables || {})) {
    if (/^\w+$/.test(name)) root.style.setProperty(`--${name}`, String(value));
  }
  const sheet = new CSSStyleSheet();
  for (const [selector, properties] of Object.entries(appearance.rules || {})) {
    if (!/^\.[A-Z][\w-]*(::?[\w-]+)*$/.test(selector)) continue;
    const rule = sheet.cssRules[sheet.insertRule(`${selector} {}`)];
    for (const [name, value] of Object.entries(properties)) rule.style[name] = String(value);
  }
  document.adoptedStyleSheets = [sheet];
  for (const {family, src, ...descriptors} of fonts) {
    if (family && src) new FontFace(family, src, descriptors).load().then((face) => document.fonts.add(face), () => {});
  }
}

async function showSaved() {
  const secret = settings.customerSessionClientSecret;
  if (!secret) return;
  const query = new URLSearchParams({customer_session_client_secret: secret});
  const session = await request('GET', `/v1/elements/sessions?${query}`);
  if (session.error) {
    tell('loaderror', {error: session.error});
    return;
  }
  document.getElementById('save-field').hidden = session.features.payment_method_save !== 'enabled';
  const methods = session.customer.payment_methods;
  if (!methods.length) return;
  const choices = methods.map((method) => {
    const {brand, last4, exp_month: month, exp_year: year} = method.card;
    const known = {brand: brand[0].toUpperCase() + brand.slice(1), last4, month, year};
    return choice(method.id, texts.ending.replace(/{(\w+)}/g, (_, name) => known[name]));
  });
  document.getElementById('saved-list').replaceChildren(...choices, choice('', texts.another));
  document.getElementById('saved').hidden = false;
  form.elements.saved_method[0].checked = true;
}

function choice(value, text) {
  const label = document.createElement('label');
  const input = document.createElement('input');
  label.className = 'Choice';
  input.type = 'radio';
  input.name = 'saved_method';
  input.value = value;
  label.append(input, text);
  return label;
}

const savedMethod = () => form.querySelector('input[name=saved_method]:checked')?.value || '';

function arrange() {
  showTexts(document, texts);
  document.getElementById('card').hidden = Boolean(savedMethod());
  document.getElementById('country-field').hidden = !wants('country');
  const postal = wants('country') && wants('postalCode') && WITH_POSTAL_CODE.includes(fields.country.value);
  document.getElementById('postal-field').hidden = !postal;
  for (const input of form.querySelectorAll('input, select')) input.disabled = Boolean(settings.options.readOnly);
  tell('resize', {height: form.getBoundingClientRect().height});
}

function errors() {
  if (savedMethod()) return {};
  const found = {
    number: numberError(fields.number.value),
    expiry: expiryError(fields.expiry.value),
    cvc: cvcError(fields.cvc.value, fields.number.value),
  };
  const postal = !document.getElementById('postal-field').hidden;
  found.postalCode = postal && fields.postalCode.value.trim().length < 4 ? 'incomplete_zip' : '';
  return found;
}

function mark(name, code) {
  const input = fields[name];
  input.classList.toggle('Input--invalid', Boolean(code));
  input.setAttribute('aria-invalid', String(Boolean(code)));
  document.getElementById(input.id.replace(/Input$/, 'Error')).textContent = code ? texts[code] : '';
}

function changed() {
  const complete = Object.values(errors()).every((code) => !code);
  const empty = !savedMethod() && !fields.number.value && !fields.expiry.value && !fields.cvc.value;
  arrange();
  tell('change', {
    collapsed: false, complete, empty,
    value: {type: 'card', savePaymentMethod: document.getElementById('Field-saveInput').checked},
  });
}

function validate() {
  const found = Object.entries(errors());
  for (const [name, code] of found) mark(name, code);
  arrange();
  const wrong = found.find(([, code]) => code);
  if (!wrong) return null;
  fields[wrong[0]].focus();
  return {type: 'validation_error', code: wrong[1], message: texts[wrong[1]]};
}

async function request(method, path, body) {
  const headers = {Authorization: `Bearer ${settings.key}`};
  try {
    const response = await fetch(path, {method, headers, body});
    return await response.json();
  } catch (failure) {
    return {error: {type: 'api_connection_error', message: texts.unreachable}};
  }
}

function billingDetails(given = {}) {
  const defaults = settings.options.defaultValues?.billingDetails || {};
  const address = {...defaults.address, ...given.address};
  if (wants('country') && !savedMethod()) {
    address.country = given.address?.country || fields.country.value;
    const postal = !document.getElementById('postal-field').hidden && fields.postalCode.value.trim();
    if (postal) address.postal_code = given.address?.postal_code || postal;
  }
  return {...defaults, ...given, address};
}

function append(body, name, value) {
  if (value === undefined || value === null || value === '') return;
  if (typeof value !== 'object') body.append(name, String(value));
  else for (const [key, item] of Object.entries(value)) append(body, name ? `${name}[${key}]` : key, item);
}

function cardData(given = {}) {
  const [month, year] = fields.expiry.value.split('/').map((part) => part.trim());
  const save = document.getElementById('Field-saveInput').checked;
  return {
    ...given,
    type: 'card',
    card: {number: digits(fields.number.value), exp_month: month, exp_year: `20${year}`, cvc: fields.cvc.value},
    billing_details: billingDetails(given.billing_details),
    allow_redisplay: given.allow_redisplay || (save ? 'always' : undefined),
  };
}

async function confirmationToken({payment_method_data: data, shipping, return_url: returnUrl}) {
  const body = new URLSearchParams();
  const save = document.getElementById('Field-saveInput').checked;
  const saved = savedMethod();
  append(body, '', {
    ...(saved ? {payment_method: saved} : {payment_method_data: cardData(data)}),
    shipping,
    return_url: returnUrl,
    setup_future_usage: settings.setupFutureUsage || (save && !saved ? 'off_session' : undefined),
  });
  return request('POST', '/v1/confirmation_tokens', body);
}

async function paymentMethod(data) {
  if (savedMethod()) return {id: savedMethod(), object: 'payment_method'};
  const body = new URLSearchParams();
  append(body, '', cardData(data));
  return request('POST', '/v1/payment_methods', body);
}

async function start(given) {
  settings = given;
  texts = textsFor(settings.locale);
  dress();
  fillCountries();
  if (!ready) await showSaved();
  arrange();
  if (!ready) {
    ready = true;
    tell('ready');
  }
}

const ACTIONS = {
  start,
  update: start,
  validate,
  confirmation_token: confirmationToken,
  payment_method: paymentMethod,
  focus: () => (form.querySelector('input[name=saved_method]:checked') || fields.number).focus(),
  blur: () => document.activeElement?.blur(),
  clear() {
    for (const name of ['number', 'expiry', 'cvc', 'postalCode']) {
      fields[name].value = '';
      mark(name, '');
    }
    changed();
  },
};

window.addEventListener('message', async (event) => {
  if (event.source !== window.parent || event.origin !== parent_) return;
  const {type, call, data} = event.data || {};
  if (!Object.hasOwn(ACTIONS, type)) return;
  const answer = await ACTIONS[type](data || {});
  if (call) tell('reply', answer, call);
});

fields.number.addEventListener('input', () => {
  fields.number.value = shapeNumber(fields.number.value);
  if (document.activeElement === fields.number && !numberError(fields.number.value)) fields.expiry.focus();
});
fields.expiry.addEventListener('input', (event) => {
  fields.expiry.value = shapeExpiry(fields.expiry.value, !/^delete/.test(event.inputType || ''));
  if (document.activeElement === fields.expiry && !expiryError(fields.expiry.value)) fields.cvc.focus();
});
fields.cvc.addEventListener('input', () => {
  fields.cvc.value = digits(fields.cvc.value);
});
form.addEventListener('input', (event) => {
  if (fields[event.target.name] && event.target.getAttribute('aria-invalid') === 'true') {
    mark(event.target.name, errors()[event.target.name] || '');
  }
  changed();
});
form.addEventListener('focusout', (event) => {
  const {name, value} = event.target;
  if (fields[name] && value) mark(name, errors()[name] || '');
  arrange();
});
form.addEventListener('submit', (event) => event.preventDefault());
window.addEventListener('focus', () => tell('focus'));
window.addEventListener('blur', () => tell('blur'));
window.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') tell('escape');
});
new ResizeObserver(() => tell('resize', {height: form.getBoundingClientRect().height})).observe(form);
if (parent_) tell('open');
