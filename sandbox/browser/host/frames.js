// A frame from the sandbox's origin and the conversation with it. Every message is checked for the
// origin and the very window that it must come from.

const ORIGIN = new URL(document.currentScript.src).origin;
let frameCount = 0;

class IntegrationError extends Error {
  constructor(message) {
    super(message);
    this.name = 'IntegrationError';
  }
}

class Frame {
  // `hear(type, data)` takes what the frame tells unasked.
  constructor({page, title, hear}) {
    frameCount += 1;
    this.hear = hear;
    this.calls = new Map();
    this.iframe = document.createElement('iframe');
    this.iframe.name = `__privateStripeFrame${frameCount}`;
    this.iframe.title = title;
    this.iframe.src = `${ORIGIN}${page}#parent=${encodeURIComponent(location.origin)}`;
    this.iframe.setAttribute('allow', 'payment *');
    this.listener = (event) => this.receive(event);
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
    window.addEventListener('message', this.listener);
  }

  receive(event) {
    if (event.origin !== ORIGIN || event.source !== this.iframe.contentWindow) return;
    const {type, call, data} = event.data || {};
    if (type === 'open') this.open();
    if (type === 'reply') {
      this.calls.get(call)?.(data);
      this.calls.delete(call);
    } else {
      this.hear(type, data);
    }
  }

  async tell(type, data) {
    await this.opened;
    this.iframe.contentWindow?.postMessage({type, data}, ORIGIN);
  }

  async ask(type, data) {
    await this.opened;
    const call = `${this.iframe.name}-${Math.random()}`;
    return new Promise((resolve) => {
      this.calls.set(call, resolve);
      this.iframe.contentWindow.postMessage({type, call, data}, ORIGIN);
    });
  }

  remove() {
    window.removeEventListener('message', this.listener);
    this.iframe.remove();
  }
}

// Styles are set property by property: a strict Content-Security-Policy forbids style attributes in
// markup but not the CSSOM.
function style(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    element.style.setProperty(name, value, 'important');
  }
}

// Encode nested parameters as Stripe's API takes them: shipping[address][line1]=...
function encode(params) {
  const body = new URLSearchParams();
  const add = (name, value) => {
    if (value === undefined || value === null) return;
    if (Array.isArray(value)) value.forEach((item, place) => add(`${name}[${place}]`, item));
    else if (typeof value === 'object') {
      Object.entries(value).forEach(([key, item]) => add(name ? `${name}[${key}]` : key, item));
    } else body.append(name, String(value));
  };
  add('', params);
  return body;
}

async function api(key, method, path, params) {
  const options = {method, headers: {Authorization: `Bearer ${key}`}};
  let url = ORIGIN + path;
  if (method === 'GET') url += `?${encode(params)}`;
  else options.body = encode(params);
  try {
    const response = await fetch(url, options);
    return await response.json();
  } catch (failure) {
    return {
      error: {
        type: 'api_connection_error',
        message: 'We could not reach the payment service. Check your connection and try again.',
      },
    };
  }
}
