// Card numbers, expiry dates and security codes: shaping what is typed, and saying what is wrong with it.
'use strict';

const BRANDS = [
  {name: 'amex', start: /^3[47]/, lengths: [15], groups: [4, 6, 5], cvc: 4},
  {name: 'diners', start: /^3(0|6|8)/, lengths: [14, 16], groups: [4, 6, 4], cvc: 3},
  {name: 'jcb', start: /^35/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3},
  {name: 'mastercard', start: /^(5[1-5]|2[2-7])/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3},
  {name: 'visa', start: /^4/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3},
  {name: 'unionpay', start: /^62/, lengths: [16, 17, 18, 19], groups: [4, 4, 4, 4, 3], cvc: 3},
  {name: 'discover', start: /^6/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3},
];
const UNKNOWN = {name: 'unknown', lengths: [16], groups: [4, 4, 4, 4, 3], cvc: 3};

const digits = (text) => text.replace(/\D/g, '');
const brandOf = (number) => BRANDS.find((brand) => brand.start.test(number)) || UNKNOWN;

function shapeNumber(text) {
  const number = digits(text);
  const brand = brandOf(number);
  let rest = number.slice(0, Math.max(...brand.lengths));
  const groups = [];
  for (const size of brand.groups) {
    if (!rest) break;
    groups.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return groups.join(' ');
}

// `typing` is false when characters were taken away: then no slash is put back.
function shapeExpiry(text, typing) {
  let number = digits(text);
  if (/^[2-9]/.test(number)) number = `0${number}`;
  if (number.length === 6) number = number.slice(0, 2) + number.slice(4);
  const month = number.slice(0, 2);
  const year = number.slice(2, 4);
  if (month.length < 2 || (!year && !typing)) return month;
  return `${month} / ${year}`;
}

function luhn(number) {
  let total = 0;
  [...number].reverse().forEach((digit, place) => {
    const value = Number(digit) * (place % 2 ? 2 : 1);
    total += value > 9 ? value - 9 : value;
  });
  return total % 10 === 0;
}

// Each gives the code of Stripe's validation error, or '' where nothing is wrong.
function numberError(text) {
  const number = digits(text);
  if (!brandOf(number).lengths.includes(number.length)) return 'incomplete_number';
  return luhn(number) ? '' : 'invalid_number';
}

function expiryError(text, today = new Date()) {
  const number = digits(text);
  if (number.length < 4) return 'incomplete_expiry';
  const month = Number(number.slice(0, 2));
  const year = 2000 + Number(number.slice(2, 4));
  if (month < 1 || month > 12) return 'invalid_expiry_month';
  if (year < today.getFullYear()) return 'invalid_expiry_year_past';
  if (year === today.getFullYear() && month < today.getMonth() + 1) return 'invalid_expiry_month_past';
  return '';
}

function cvcError(text, number) {
  return digits(text).length < brandOf(digits(number)).cvc ? 'incomplete_cvc' : '';
}
