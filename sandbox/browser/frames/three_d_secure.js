// The shopper's answer to the bank. In a frame it goes to the page around; alone, the browser returns.
'use strict';

const hash = new URLSearchParams(location.hash.slice(1));
const parent_ = hash.get('parent');
const framed = Boolean(parent_) && window.parent !== window;
const buttons = [...document.querySelectorAll('button')];
let texts = textsFor(navigator.language);

function show(locale) {
  texts = textsFor(locale);
  document.documentElement.lang = (locale || 'en').slice(0, 2);
  showTexts(document, texts);
  document.getElementById('close').setAttribute('aria-label', texts.close);
}

function tell(type) {
  if (framed) window.parent.postMessage({type}, parent_);
}

async function answer(outcome) {
  for (const button of buttons) button.disabled = true;
  const secret = new URLSearchParams(location.search).get('client_secret');
  try {
    const response = await fetch(location.pathname, {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({outcome, client_secret: secret}),
    });
    if (!response.ok) throw new Error(String(response.status));
    const {intent, return_url: back} = await response.json();
    if (framed) tell('answered');
    else if (back) goBack(back, intent);
  } catch (failure) {
    for (const button of buttons) button.disabled = false;
    document.getElementById('error').textContent = texts.unreachable;
  }
}

function goBack(back, intent) {
  const url = new URL(back);
  const failed = ['requires_payment_method', 'canceled'].includes(intent.status);
  url.searchParams.set(intent.object, intent.id);
  url.searchParams.set(`${intent.object}_client_secret`, intent.client_secret);
  url.searchParams.set('redirect_status', failed ? 'failed' : 'succeeded');
  location.assign(url);
}

document.getElementById('test-source-authorize-3ds').addEventListener('click', () => answer('pass'));
document.getElementById('test-source-fail-3ds').addEventListener('click', () => answer('fail'));
document.getElementById('close').addEventListener('click', () => answer('fail'));
window.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') answer('fail');
  if (event.key !== 'Tab') return;
  const last = buttons[buttons.length - 1];
  if (event.shiftKey && document.activeElement === buttons[0]) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    buttons[0].focus();
  }
});
window.addEventListener('message', (event) => {
  if (!framed || event.source !== window.parent || event.origin !== parent_) return;
  if (event.data?.type !== 'start') return;
  if (event.data.data?.locale) show(event.data.data.locale);
  document.getElementById('test-source-authorize-3ds').focus();
});
show(navigator.language);
tell('open');
