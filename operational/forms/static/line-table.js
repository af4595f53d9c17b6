// The lines of a document: always one empty line at the end, delete, paste from a spreadsheet, running total.
import { toast } from './toasts.js';
import { word } from './words.js';

const NUMBER = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 4 });

function inputs(row) { return [...row.querySelectorAll('[data-field]')]; }

function isEmpty(row) { return inputs(row).every((one) => !one.value.trim()); }

function figure(row, name) {
  const input = row.querySelector(`[data-field="lines.${name}"]`);
  if (!input) return null;
  const text = (input.value.trim() || input.placeholder || '').replaceAll(',', '').replace(/[%％]$/, '');
  return text && Number.isFinite(Number(text)) ? Number(text) : null;
}

class LineTable {
  constructor(section) {
    this.section = section;
    this.body = section.querySelector('tbody');
    this.pattern = this.body.lastElementChild.cloneNode(true);
    section.querySelector('[data-add-line]').addEventListener('click', () => this.focus(this.emptyRow()));
    this.body.addEventListener('click', (event) => {
      const button = event.target.closest('[data-delete-line]');
      if (button) this.remove(button.closest('tr'));
    });
    this.body.addEventListener('input', () => this.changed());
    this.body.addEventListener('change', () => this.changed());
    this.body.addEventListener('keydown', (event) => this.keydown(event));
    this.body.addEventListener('paste', (event) => this.paste(event));
    this.body.addEventListener('defaults', () => this.total());
  }

  get rows() { return [...this.body.children]; }

  emptyRow() {
    const last = this.rows.at(-1);
    return last && isEmpty(last) ? last : this.add();
  }

  add() {
    const row = this.pattern.cloneNode(true);
    this.body.append(row);
    this.number();
    return row;
  }

  number() {
    // Names, ids and labels carry the place of their line.
    this.rows.forEach((row, at) => {
      row.querySelector('[data-line-no]').textContent = at + 1;
      row.querySelector('[data-delete-line]').setAttribute('aria-label', word('delete_line', { line: at + 1 }));
      row.querySelectorAll('[name]').forEach((one) => { one.name = one.name.replace(/^lines\.\d+/, `lines.${at}`); });
      row.querySelectorAll('[id^="line-"]').forEach((one) => { one.id = one.id.replace(/^line-\d+/, `line-${at}`); });
      inputs(row).forEach((one) => {
        one.dataset.line = at;
        one.setAttribute('aria-label', `${one.dataset.label}, ${word('line', { line: at + 1 })}`);
        const described = one.getAttribute('aria-describedby');
        if (described) one.setAttribute('aria-describedby', described.replace(/^line-\d+/, `line-${at}`));
      });
    });
  }

  changed() {
    this.emptyRow();
    this.total();
  }

  remove(row) {
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    this.emptyRow();
    this.number();
    this.total();
    this.focus(next && next.isConnected ? next : this.rows.at(-1));
    this.body.dispatchEvent(new Event('input', { bubbles: true }));
  }

  focus(row) { inputs(row)[0]?.focus(); }

  keydown(event) {
    const row = event.target.closest('tr');
    if (event.key === 'Tab' && !event.shiftKey && !event.defaultPrevented && event.target === inputs(row).at(-1)
        && row === this.rows.at(-1) && !isEmpty(row)) {
      event.preventDefault();
      this.focus(this.add());
    }
    if (event.key === 'Delete' && event.ctrlKey) {
      event.preventDefault();
      this.remove(row);
    }
  }

  paste(event) {
    const text = event.clipboardData.getData('text/plain').replace(/\r?\n$/, '');
    if (!/[\t\n]/.test(text)) return;
    event.preventDefault();
    const table = text.split(/\r?\n/).map((line) => line.split('\t'));
    let row = event.target.closest('tr');
    const start = inputs(row).indexOf(event.target);
    for (const cells of table) {
      const boxes = inputs(row);
      cells.forEach((cell, at) => { if (boxes[start + at]) this.put(boxes[start + at], cell.trim()); });
      row = row.nextElementSibling || this.add();
    }
    this.body.dispatchEvent(new Event('input', { bubbles: true }));
    this.body.dispatchEvent(new Event('change', { bubbles: true }));
    toast(word('pasted', { count: table.length }));
  }

  put(box, text) {
    box.value = text;
    const ahead = box.closest('type-ahead');
    if (ahead?.title_) { ahead.title_.textContent = ''; ahead.name(); }
  }

  total() {
    // Only what is seen while typing: the server computes anew with every default and all decimals.
    const output = this.section.querySelector('[data-total]');
    if (!output) return;
    let sum = 0;
    for (const row of this.rows) {
      const box = row.querySelector('[data-field="lines.amount"]');
      const [quantity, price, discount] = [figure(row, 'quantity'), figure(row, 'unit_price'), figure(row, 'discount_pct') ?? 0];
      const computed = quantity !== null && price !== null ? quantity * price * (100 - discount) / 100 : null;
      if (box && !box.value.trim()) box.placeholder = computed === null ? '' : computed.toFixed(2);
      sum += (box?.value.trim() ? figure(row, 'amount') : computed) ?? 0;
    }
    output.textContent = NUMBER.format(sum);
  }
}

export function startLineTables() {
  document.querySelectorAll('[data-lines]').forEach((section) => new LineTable(section));
}
