// The keyboard: what each key does stands in the help dialog of the shell.
import { openPalette } from './palette.js';

function press(selector) {
  const found = [...document.querySelectorAll(selector)].find((one) => one.offsetParent !== null);
  found?.click();
  return Boolean(found);
}

function typing(target) {
  return target.closest?.('input, textarea, select, [contenteditable]') !== null;
}

const withControl = {
  k: () => { openPalette(); return true; },
  s: () => press('[data-save]') || press('[data-primary-move]') || Boolean(document.querySelector('[data-record-form]')),
  Enter: () => press('[data-primary-move]') || press('[data-save]'),
};

function escape(event) {
  if (document.querySelector('dialog[open], :popover-open')) return false;
  const open = document.querySelector('details.chip[open]');
  if (open) { open.open = false; open.querySelector('summary').focus(); return true; }
  if (typing(event.target)) { event.target.blur(); return true; }
  return press('[data-cancel]');
}

function pressed(event) {
  if (event.isComposing || event.defaultPrevented) return false;
  const dialog = document.querySelector('dialog[open]');
  if (event.ctrlKey || event.metaKey) {
    if (dialog && event.key !== 'k') return event.key === 's';
    return withControl[event.key]?.() ?? false;
  }
  if (event.altKey) return event.code === 'KeyN' && !dialog ? press('[data-add-line]') || press('[data-new]') : false;
  if (event.key === 'Escape') return escape(event);
  if (dialog || typing(event.target)) return false;
  if (event.key === '/') { openPalette(); return true; }
  if (event.key === '?') { document.getElementById('help')?.showModal(); return true; }
  return false;
}

export function startShortcuts() {
  document.addEventListener('keydown', (event) => { if (pressed(event)) event.preventDefault(); });
}
