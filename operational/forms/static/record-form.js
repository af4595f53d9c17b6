// The form of a record: asks before grave buttons, warns before leaving, sends once, shows coming defaults.
import { answerTo } from './dialogs.js';
import { toast } from './toasts.js';
import { ask, word } from './words.js';

let dirty = false;
let sending = false;
let ready = false;
let waiting = null;

function watchLeaving(form) {
  form.addEventListener('input', () => { dirty = true; });
  form.addEventListener('change', () => { dirty = true; });
  addEventListener('beforeunload', (event) => {
    if (dirty && !sending) { event.preventDefault(); event.returnValue = word('leave'); }
  });
  addEventListener('pageshow', (event) => { if (event.persisted) { send(false); ready = false; } });
}

function send(now) {
  sending = now;
  document.querySelectorAll('.page-actions .button').forEach((one) => one.setAttribute('aria-busy', String(now)));
}

async function sessionRuns(form) {
  // A session that ended meanwhile, or a server that is away, must not cost what was typed.
  try {
    const answer = await fetch('/session', { headers: { Accept: 'application/json' } });
    if (!answer.ok) { toast(word('signed_out'), 'bad', '/login'); return false; }
    form.elements.csrf.value = (await answer.json()).csrf;
    return true;
  } catch {
    toast(word('unreachable'), 'bad');
    return false;
  }
}

async function submitted(event) {
  const form = event.target;
  const button = event.submitter;
  if (ready) return;
  event.preventDefault();
  if (sending) return;
  if (button?.dataset.ask) {
    const text = await answerTo(button);
    if (text === null) return;
    form.elements._comment.value = text;
  }
  send(true);
  if (!await sessionRuns(form)) { send(false); return; }
  ready = true;
  form.requestSubmit(button);
}

async function showDefaults(form) {
  // Fields left empty show what the server will put there.
  const body = new URLSearchParams(new FormData(form));
  let found;
  try {
    found = await ask(`/defaults/${form.dataset.entity}`, { method: 'POST', body });
  } catch { return; }
  form.querySelectorAll('[data-field]').forEach((input) => {
    if (input.value?.trim() || !('placeholder' in input)) return;
    const line = input.dataset.line;
    const values = line === undefined ? found.values : found.lines[line] || {};
    const one = values[input.dataset.field.replace(/^lines\./, '')];
    if (one || input.dataset.defaulted) {
      input.placeholder = one ? one.key : '';
      input.dataset.defaulted = one ? '1' : '';
      const title = input.closest('type-ahead')?.querySelector('.title');
      if (title) title.textContent = one && one.title !== one.key ? one.title : '';
    }
  });
  form.querySelector('[data-lines] tbody')?.dispatchEvent(new Event('defaults'));
}

export function startRecordForm() {
  document.querySelectorAll('[data-focus]').forEach((one) => one.focus());
  const form = document.querySelector('[data-record-form]');
  if (!form) return;
  watchLeaving(form);
  form.addEventListener('submit', submitted);
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(() => showDefaults(form), 180); };
  if (form.elements._once) {
    form.addEventListener('change', soon);
    soon();
    if (!document.querySelector('[data-focus]')) {
      [...form.querySelectorAll('.field [aria-required="true"]')].find((one) => !one.value)?.focus();
    }
  } else if (form.querySelector('[data-lines]')) form.addEventListener('change', soon);
}
