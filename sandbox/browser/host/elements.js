// stripe.elements(): the group of options, and the Elements that are mounted into the page.

const SUPPORTED = ['payment', 'expressCheckout'];

function isDark(appearance) {
  const colour = appearance?.variables?.colorBackground;
  const hex = /^#([0-9a-f]{6})$/i.exec(colour || '');
  if (!hex) return appearance?.theme === 'night';
  const [r, g, b] = [0, 2, 4].map((start) => parseInt(hex[1].slice(start, start + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b < 110;
}

class Element {
  constructor(group, type, options) {
    this.group = group;
    this.type = type;
    this.options = options || {};
    this.handlers = new Map();
  }

  on(event, handler) {
    if (typeof handler !== 'function') {
      throw new IntegrationError(`Invalid handler for the event "${event}": it must be a function.`);
    }
    const handlers = this.handlers.get(event) || [];
    this.handlers.set(event, [...handlers, handler]);
    return this;
  }

  once(event, handler) {
    const wrapped = (data) => {
      this.off(event, wrapped);
      handler(data);
    };
    return this.on(event, wrapped);
  }

  off(event, handler) {
    const handlers = this.handlers.get(event) || [];
    this.handlers.set(event, handler ? handlers.filter((known) => known !== handler) : []);
    return this;
  }

  emit(event, data) {
    for (const handler of this.handlers.get(event) || []) {
      handler({elementType: this.type, ...data});
    }
  }

  mount(target) {
    if (this.destroyed) throw new IntegrationError('This Element has already been destroyed.');
    const container = typeof target === 'string' ? document.querySelector(target) : target;
    if (!(container instanceof window.Element)) {
      throw new IntegrationError(
        `The selector you specified (${target}) applies to no DOM elements that are currently on the page.`);
    }
    if (this.container === container) return this;
    this.unmount();
    this.container = container;
    container.replaceChildren();
    container.classList.add('StripeElement');
    this.start();
    return this;
  }

  start() {
    this.emit('loaderstart');
    this.frame = new Frame({
      page: '/_sandbox/frames/payment.html',
      title: 'Secure payment input frame',
      hear: (type, data) => this.hear(type, data),
    });
    style(this.frame.iframe, {
      display: 'block', width: '100%', height: '260px', border: '0', margin: '0', padding: '0',
      background: 'transparent', 'color-scheme': isDark(this.group.options.appearance) ? 'dark' : 'light',
    });
    this.container.append(this.frame.iframe);
  }

  hear(type, data) {
    if (type === 'open') this.frame.tell('start', this.settings());
    if (type === 'resize') style(this.frame.iframe, {height: `${Math.ceil(data.height)}px`});
    if (type === 'focus' || type === 'blur') {
      this.container.classList.toggle('StripeElement--focus', type === 'focus');
    }
    if (type === 'change') {
      this.container.classList.toggle('StripeElement--complete', data.complete);
      this.container.classList.toggle('StripeElement--empty', data.empty);
    }
    if (['ready', 'change', 'focus', 'blur', 'escape', 'loaderror'].includes(type)) {
      this.emit(type, data);
    }
  }

  settings() {
    const {appearance, fonts, setupFutureUsage, customerSessionClientSecret} = this.group.options;
    return {
      key: this.group.key,
      locale: this.group.locale(),
      dark: isDark(appearance),
      appearance, fonts, setupFutureUsage, customerSessionClientSecret,
      options: JSON.parse(JSON.stringify(this.options)),
    };
  }

  update(options) {
    this.options = {...this.options, ...options};
    this.frame?.tell('update', this.settings());
    return this;
  }

  focus() { this.frame?.tell('focus'); }

  blur() { this.frame?.tell('blur'); }

  clear() { this.frame?.tell('clear'); }

  collapse() { return this; }

  unmount() {
    this.frame?.remove();
    this.frame = undefined;
    this.container?.classList.remove(
      'StripeElement', 'StripeElement--focus', 'StripeElement--complete', 'StripeElement--empty');
    this.container = undefined;
  }

  destroy() {
    this.unmount();
    this.destroyed = true;
    this.group.forget(this);
  }
}

class Elements {
  constructor(key, options, defaults) {
    this.key = key;
    this.options = {locale: defaults.locale, ...options};
    this.elements = new Map();
    this.submitted = false;
    this.check();
  }

  check() {
    const {clientSecret, mode, amount, currency, paymentMethodTypes} = this.options;
    if (paymentMethodTypes) {
      throw new IntegrationError(
        'paymentMethodTypes is no longer supported. Use allowedPaymentMethodTypes instead.');
    }
    if (clientSecret && mode) {
      throw new IntegrationError('Provide either clientSecret or mode to elements(), not both.');
    }
    if (!mode) return;
    if (!['payment', 'setup', 'subscription'].includes(mode)) {
      throw new IntegrationError(`Invalid value for elements(): mode must be payment, setup or subscription. You specified: ${mode}.`);
    }
    if (mode === 'payment' && (!Number.isInteger(amount) || amount < 0)) {
      throw new IntegrationError('Invalid value for elements(): amount must be a positive integer of minor units.');
    }
    if (currency === undefined && mode === 'setup') return;
    if (!/^[a-z]{3}$/.test(currency || '')) {
      throw new IntegrationError('Invalid value for elements(): currency must be a lowercase ISO code.');
    }
  }

  locale() {
    const {locale} = this.options;
    return !locale || locale === 'auto' ? navigator.language : locale;
  }

  create(type, options) {
    if (!SUPPORTED.includes(type)) {
      throw new IntegrationError(`This sandbox has no Element of type "${type}"; it has: ${SUPPORTED.join(', ')}.`);
    }
    if (this.elements.has(type)) {
      throw new IntegrationError(`Can only create one Element of type ${type}.`);
    }
    const element = new (type === 'expressCheckout' ? ExpressCheckout : Element)(this, type, options);
    this.elements.set(type, element);
    return element;
  }

  getElement(type) { return this.elements.get(type) || null; }

  forget(element) { this.elements.delete(element.type); }

  async update(options) {
    this.options = {...this.options, ...options};
    this.submitted = false;
    this.check();
    for (const element of this.elements.values()) element.update({});
  }

  async fetchUpdates() { return {}; }

  on() {}

  frame() {
    const express = this.elements.get('expressCheckout');
    const element = express?.confirming ? express : this.elements.get('payment');
    if (!element?.frame) {
      throw new IntegrationError(
        'Invalid value: elements should have a mounted Payment Element. Use create("payment") and mount().');
    }
    return element.frame;
  }

  async submit() {
    const express = this.elements.get('expressCheckout');
    if (express?.confirming) {
      this.submitted = true;
      return {selectedPaymentMethod: express.confirming};
    }
    const error = await this.frame().ask('validate');
    this.submitted = !error;
    return error ? {error} : {selectedPaymentMethod: 'card'};
  }
}
