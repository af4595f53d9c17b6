// A button that copies the address of the page, for the whole view stands in it.
import { toast } from './toasts.js';

export function startCopyLink() {
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy-link]');
    if (!button) return;
    await copy(location.href);
    toast(button.dataset.copied);
  });
}

async function copy(text) {
  if (navigator.clipboard) { // absent where the page does not come by https or from this machine
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = Object.assign(document.createElement('textarea'), { value: text });
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
