// What the frames say. A locale that is not here reads English, as a locale unknown to Stripe.js does.
'use strict';

const TEXTS = {
  en: {
    number: 'Card number',
    expiry: 'Expiration date',
    expiry_format: 'MM / YY',
    cvc: 'Security code',
    country: 'Country or region',
    postal: 'Postal code',
    save: 'Save payment details for future purchases',
    saved: 'Saved cards',
    another: 'Another card',
    ending: '{brand} ending in {last4}, expires {month}/{year}',
    incomplete_number: 'Your card number is incomplete.',
    invalid_number: 'Your card number is invalid.',
    incomplete_expiry: 'Your card’s expiration date is incomplete.',
    invalid_expiry_month: 'Your card’s expiration date is invalid.',
    invalid_expiry_month_past: 'Your card’s expiration date is in the past.',
    invalid_expiry_year_past: 'Your card’s expiration year is in the past.',
    incomplete_cvc: 'Your card’s security code is incomplete.',
    incomplete_zip: 'Your postal code is incomplete.',
    unreachable: 'We could not reach the payment service. Check your connection and try again.',
    bank: '3D Secure 2 test page',
    question: 'Your bank wants to know that it is you. Allow this payment?',
    complete: 'Complete',
    fail: 'Fail',
    close: 'Cancel and close',
    wallet_address: 'Ship to',
    wallet_total: 'Total',
    wallet_pay: 'Pay from the wallet',
    wallet_cancel: 'Close the wallet',
    wallet_nowhere: 'The shop does not ship there.',
    wallet_failed: 'The payment did not go through.',
  },
  fr: {
    number: 'Numéro de carte',
    expiry: 'Date d’expiration',
    expiry_format: 'MM / AA',
    cvc: 'Code de sécurité',
    country: 'Pays ou région',
    postal: 'Code postal',
    save: 'Enregistrer cette carte pour mes prochains achats',
    saved: 'Cartes enregistrées',
    another: 'Une autre carte',
    ending: '{brand} se terminant par {last4}, expire le {month}/{year}',
    incomplete_number: 'Le numéro de votre carte est incomplet.',
    invalid_number: 'Le numéro de votre carte n’est pas valide.',
    incomplete_expiry: 'La date d’expiration de votre carte est incomplète.',
    invalid_expiry_month: 'La date d’expiration de votre carte n’est pas valide.',
    invalid_expiry_month_past: 'La date d’expiration de votre carte est passée.',
    invalid_expiry_year_past: 'L’année d’expiration de votre carte est passée.',
    incomplete_cvc: 'Le code de sécurité de votre carte est incomplet.',
    incomplete_zip: 'Votre code postal est incomplet.',
    unreachable: 'Le service de paiement est injoignable. Vérifiez votre connexion et réessayez.',
    bank: 'Page de test 3D Secure 2',
    question: 'Votre banque veut s’assurer que c’est bien vous. Autoriser ce paiement ?',
    complete: 'Autoriser',
    fail: 'Refuser',
    close: 'Annuler et fermer',
    wallet_address: 'Livrer à',
    wallet_total: 'Total',
    wallet_pay: 'Payer avec le portefeuille',
    wallet_cancel: 'Fermer le portefeuille',
    wallet_nowhere: 'La boutique ne livre pas à cette adresse.',
    wallet_failed: 'Le paiement n’a pas abouti.',
  },
};

function textsFor(locale) {
  return TEXTS[(locale || 'en').slice(0, 2).toLowerCase()] || TEXTS.en;
}

function showTexts(root, texts) {
  for (const node of root.querySelectorAll('[data-text]')) {
    node.textContent = texts[node.dataset.text];
  }
  for (const node of root.querySelectorAll('[data-placeholder]')) {
    node.placeholder = texts[node.dataset.placeholder];
  }
}
