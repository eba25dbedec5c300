// A page as a shop writes one for Stripe.js: nothing here knows that it talks to the sandbox.
const query = new URLSearchParams(location.search);
const stripe = Stripe('pk_test_of_the_tests');
const elements = stripe.elements({
  mode: 'payment',
  amount: 4250,
  currency: 'eur',
  locale: document.documentElement.lang,
  customerSessionClientSecret: query.get('session') || undefined,
  appearance: {theme: query.get('theme') || 'stripe', variables: {borderRadius: '9px'}, rules: {'.Label': {fontWeight: '600'}}},
});
const payment = elements.create('payment', {
  fields: {billingDetails: {address: {country: query.get('country') || 'auto'}}},
});
const seen = [];
window.seen = seen;
const say = (text) => { document.getElementById('outcome').textContent = text; };
for (const name of ['ready', 'change', 'focus', 'blur', 'escape']) {
  payment.on(name, (event) => seen.push({name, complete: event.complete, empty: event.empty}));
}
payment.mount('#payment');

document.getElementById('pay').addEventListener('click', async () => {
  say('');
  const checked = await elements.submit();
  if (checked.error) return say(`invalid: ${checked.error.code}: ${checked.error.message}`);
  const {error, confirmationToken} = await stripe.createConfirmationToken({
    elements,
    params: {return_url: `${location.origin}/done`, payment_method_data: {billing_details: {name: 'Ada'}}},
  });
  if (error) return say(`refused: ${error.code}`);
  const response = await fetch('/pay', {method: 'POST', body: confirmationToken.id});
  let answer = await response.json();
  if (answer.status === 'requires_action') {
    const result = await stripe.handleNextAction({clientSecret: answer.client_secret});
    answer = result.error ? {declined: result.error.code} : result.paymentIntent;
  }
  return say(answer.declined ? `declined: ${answer.declined}` : answer.status);
});
