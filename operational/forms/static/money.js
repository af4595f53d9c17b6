// Money stands in groups of three digits while nobody types in it; what is sent is the plain number.
const GROUPS = /\B(?=(\d{3})+(?!\d))/g;

function grouped(text) {
  const [whole, ...rest] = text.split('.');
  return /^-?\d+$/.test(whole) ? [whole.replace(GROUPS, ','), ...rest].join('.') : text;
}

function plain(text) { return /^-?\d{1,3}(,\d{3})+(\.\d*)?$/.test(text) ? text.replaceAll(',', '') : text; }

export function startMoney() {
  const money = (event, change) => { if (event.target.matches?.('input[data-money]')) event.target.value = change(event.target.value); };
  document.querySelectorAll('input[data-money]').forEach((one) => { one.value = grouped(one.value); });
  addEventListener('focusin', (event) => money(event, plain));
  addEventListener('focusout', (event) => money(event, grouped));
  addEventListener('formdata', ({ target, formData }) => {
    target.querySelectorAll('input[data-money]').forEach((one) => formData.set(one.name, plain(one.value)));
  });
}
