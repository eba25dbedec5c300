// The Express Checkout Element: a wallet's button where the sandbox was asked to offer one, and the
// events of its interface, which opens inside the Element's own frame.

const CLICK_SECONDS = 1;
const CHANGE_SECONDS = 20;

class ExpressCheckout extends Element {
  start() {
    this.frame = new Frame({
      page: '/_sandbox/frames/wallet.html',
      title: 'Secure express checkout frame',
      hear: (type, data) => this.hear(type, data),
    });
    style(this.frame.iframe, {
      display: 'block', width: '100%', height: '0', border: '0', margin: '0', padding: '0',
      background: 'transparent', 'color-scheme': isDark(this.group.options.appearance) ? 'dark' : 'light',
    });
    this.container.append(this.frame.iframe);
  }

  settings() {
    const {amount, currency} = this.group.options;
    return {
      key: this.group.key, locale: this.group.locale(), amount, currency,
      options: JSON.parse(JSON.stringify(this.options)),
    };
  }

  hear(type, data) {
    if (type === 'open') this.frame.tell('start', this.settings());
    if (type === 'resize') style(this.frame.iframe, {height: `${Math.ceil(data.height)}px`});
    if (type === 'ready') this.emit('ready', {availablePaymentMethods: this.available(data.offered)});
    if (type === 'click') this.clicked(data.expressPaymentType);
    if (type === 'address') this.addressed(data);
    if (type === 'confirm') this.confirmed(data);
    if (type === 'cancel') this.emit('cancel');
    if (['focus', 'blur', 'escape'].includes(type)) this.emit(type, {});
  }

  available(offered) {
    if (!offered.length) return undefined;
    const names = ['amazonPay', 'applePay', 'googlePay', 'klarna', 'link', 'paypal'];
    return Object.fromEntries(names.map((name) => [name, offered.includes(name)]));
  }

  // Ask the page, and go on with its answer, or with none after so many seconds.
  ask(event, data, seconds, answered) {
    let open = true;
    const once = (ok) => (details) => {
      if (!open) return;
      open = false;
      if (details) this.options = {...this.options, ...details};
      if (ok) this.check();
      answered(ok);
    };
    if (!(this.handlers.get(event) || []).length) return once(true)();
    setTimeout(once(false), seconds * 1000);
    return this.emit(event, {...data, resolve: once(true), reject: once(false)});
  }

  check() {
    const {shippingAddressRequired, shippingRates, lineItems = []} = this.options;
    if (shippingAddressRequired && !shippingRates?.length) {
      throw new IntegrationError('shippingRates is required where shippingAddressRequired is true.');
    }
    const items = lineItems.reduce((sum, item) => sum + item.amount, 0);
    if (items > this.group.options.amount) {
      throw new IntegrationError(
        `The amount ${this.group.options.amount} is less than the total amount of the line items provided.`);
    }
  }

  clicked(expressPaymentType) {
    this.ask('click', {expressPaymentType}, CLICK_SECONDS, (ok) => {
      this.frame.tell(ok ? 'show' : 'close', this.settings());
    });
  }

  addressed(data) {
    this.ask('shippingaddresschange', data, CHANGE_SECONDS, (ok) => {
      this.frame.tell(ok ? 'accepted' : 'rejected', this.settings());
    });
  }

  confirmed({expressPaymentType, ...details}) {
    this.confirming = {googlePay: 'google_pay', applePay: 'apple_pay'}[expressPaymentType];
    const paymentFailed = ({message} = {}) => {
      this.confirming = undefined;
      this.frame?.tell('failed', {message});
    };
    this.emit('confirm', {
      expressPaymentType: this.confirming, ...details, paymentFailed,
      shippingRate: (this.options.shippingRates || [])[0],
    });
  }
}
