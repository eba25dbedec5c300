// window.Stripe: the functions of Stripe.js that the shop uses, with Stripe's own names and answers.

const INTENTS = {
  pi: {kind: 'payment_intent', path: '/v1/payment_intents', result: 'paymentIntent'},
  seti: {kind: 'setup_intent', path: '/v1/setup_intents', result: 'setupIntent'},
};

function describe(clientSecret) {
  const match = /^((pi|seti)_\w+?)_secret_\w+$/.exec(clientSecret || '');
  if (!match) {
    throw new IntegrationError(
      `Invalid value for clientSecret: it should be of the form \${id}_secret_\${secret}. You specified: ${clientSecret}.`);
  }
  return {...INTENTS[match[2]], id: match[1]};
}

function authenticationError(intent) {
  return intent.last_payment_error || intent.last_setup_error;
}

class StripeObject {
  constructor(key, options) {
    this.key = key;
    this.defaults = options || {};
  }

  elements(options = {}) { return new Elements(this.key, options, this.defaults); }

  registerAppInfo() {}

  async retrieve(clientSecret) {
    const {id, path, result} = describe(clientSecret);
    const answer = await api(this.key, 'GET', `${path}/${id}`, {client_secret: clientSecret});
    return answer.error ? {error: answer.error} : {[result]: answer};
  }

  retrievePaymentIntent(clientSecret) { return this.retrieve(clientSecret); }

  retrieveSetupIntent(clientSecret) { return this.retrieve(clientSecret); }

  async createConfirmationToken({elements, element, params} = {}) {
    const group = elements || element?.group;
    if (!group) throw new IntegrationError('createConfirmationToken needs elements.');
    if (group.options.mode && !group.submitted) {
      throw new IntegrationError('elements.submit() must be called before stripe.createConfirmationToken().');
    }
    const answer = await group.frame().ask('confirmation_token', params || {});
    return answer.error ? {error: answer.error} : {confirmationToken: answer};
  }

  async createPaymentMethod({elements, params} = {}) {
    if (!elements) throw new IntegrationError('This sandbox creates payment methods from elements only.');
    const answer = await elements.frame().ask('payment_method', params || {});
    return answer.error ? {error: answer.error} : {paymentMethod: answer};
  }

  async handleNextAction({clientSecret} = {}) {
    const {result} = describe(clientSecret);
    const found = await this.retrieve(clientSecret);
    if (found.error) return found;
    const intent = found[result];
    if (intent.status !== 'requires_action') {
      return {
        error: {
          type: 'invalid_request_error',
          code: `${intent.object}_unexpected_state`,
          message: `handleNextAction: The ${intent.object} supplied is not in the requires_action state.`,
          [intent.object]: intent,
        },
      };
    }
    return this.act(intent, clientSecret);
  }

  handleCardAction(clientSecret) { return this.handleNextAction({clientSecret}); }

  // Have the shopper authenticate, then give what became of the intent.
  async act(intent, clientSecret) {
    const {result} = describe(clientSecret);
    if (intent.next_action?.type === 'redirect_to_url') {
      window.location.assign(intent.next_action.redirect_to_url.url);
      return new Promise(() => {});
    }
    await authenticate(intent);
    const found = await this.retrieve(clientSecret);
    const error = found[result] && authenticationError(found[result]);
    if (!error || !['requires_payment_method'].includes(found[result].status)) return found;
    return {error: {...error, [intent.object]: found[result]}};
  }

  // Confirm with parameters, authenticate where asked, and redirect as Stripe.js does unless the caller
  // wants that only `if_required`.
  async finish(clientSecret, params, {redirect, returnUrl, handleActions = true}) {
    const {id, path, result, kind} = describe(clientSecret);
    const answer = await api(this.key, 'POST', `${path}/${id}/confirm`, {...params, client_secret: clientSecret});
    if (answer.error) return {error: answer.error};
    let outcome = {[result]: answer};
    if (answer.status === 'requires_action' && handleActions) outcome = await this.act(answer, clientSecret);
    if (outcome.error || redirect === 'if_required' || !returnUrl) return outcome;
    const back = new URL(returnUrl);
    back.searchParams.set(kind, id);
    back.searchParams.set(`${kind}_client_secret`, clientSecret);
    back.searchParams.set('redirect_status', 'succeeded');
    window.location.assign(back);
    return new Promise(() => {});
  }

  async confirmWith({elements, clientSecret, confirmParams = {}, redirect = 'always'}) {
    const secret = clientSecret || elements?.options.clientSecret;
    const {return_url: returnUrl, payment_method_data: data, ...rest} = confirmParams;
    if (redirect !== 'if_required' && !returnUrl) {
      throw new IntegrationError('confirmParams.return_url is required.');
    }
    const params = {...rest, return_url: returnUrl};
    if (elements) {
      const {mode} = elements.options;
      if (mode && !elements.submitted) {
        throw new IntegrationError('elements.submit() must be called before the intent is confirmed.');
      }
      if (mode && (mode === 'setup') !== (describe(secret).kind === 'setup_intent')) {
        throw new IntegrationError(`The mode of elements() is ${mode}, which is not that of the intent.`);
      }
      const error = await elements.frame().ask('validate');
      if (error) return {error};
      const made = await this.createPaymentMethod({elements, params: data});
      if (made.error) return made;
      params.payment_method = made.paymentMethod.id;
    }
    return this.finish(secret, params, {redirect, returnUrl});
  }

  confirmPayment(options) { return this.confirmWith(options); }

  confirmSetup(options) { return this.confirmWith(options); }

  confirmCardPayment(clientSecret, data = {}, options = {}) {
    const {payment_method: method, ...rest} = data;
    if (method && typeof method !== 'string') {
      throw new IntegrationError('This sandbox confirms with the id of a payment method; cards go through the Payment Element.');
    }
    return this.finish(clientSecret, {...rest, payment_method: method}, {
      redirect: 'if_required', handleActions: options.handleActions !== false,
    });
  }

  confirmCardSetup(clientSecret, data, options) {
    return this.confirmCardPayment(clientSecret, data, options);
  }
}

window.Stripe = function Stripe(key, options) {
  if (!/^pk_(test|live)_\w+$/.test(key || '')) {
    throw new IntegrationError(
      'Please call Stripe() with your publishable key. You used something else.');
  }
  return new StripeObject(key, options);
};
window.Stripe.version = RELEASE;
