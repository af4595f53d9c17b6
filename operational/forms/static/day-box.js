// <day-box>: a day or moment that is typed as 2026-01-31 14:05, whatever language the browser has. The button, or Alt
// and the down arrow, opens the browser's calendar; 2026/1/31 and 20260131 become 2026-01-31 when the box is left.
import { element, icon, word } from './words.js';

const DAY = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?=$|[\sT])/;

class DayBox extends HTMLElement {
  connectedCallback() {
    if (this.picker) return;
    this.querySelectorAll('button, input[type="date"]').forEach((one) => one.remove());  // of a copied row
    this.input = this.querySelector('input');
    this.picker = Object.assign(element('input'), { type: 'date', tabIndex: -1 });
    this.picker.setAttribute('aria-hidden', 'true');
    const button = Object.assign(element('button'), { type: 'button', tabIndex: -1 });
    button.setAttribute('aria-label', word('calendar'));
    button.append(icon('calendar'));
    this.append(button, this.picker);
    button.addEventListener('click', () => this.open());
    this.input.addEventListener('keydown', (event) => {
      if (event.altKey && event.key === 'ArrowDown') { event.preventDefault(); this.open(); }
    });
    this.input.addEventListener('change', () => { this.input.value = this.written(this.input.value); });
    for (const kind of ['input', 'change']) this.picker.addEventListener(kind, (event) => event.stopPropagation());
    this.picker.addEventListener('change', () => this.take(this.picker.value));
  }

  written(text) {
    return text.normalize('NFKC').trim().replace(DAY, (_, year, month, day) => `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  }

  open() {
    const day = this.written(this.input.value).slice(0, 10);
    this.picker.value = /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : '';
    this.picker.showPicker();
  }

  take(day) {
    const clock = this.written(this.input.value).slice(10);
    this.input.value = day && this.hasAttribute('data-moment') ? day + (clock || ' 00:00') : day;
    for (const kind of ['input', 'change']) this.input.dispatchEvent(new Event(kind, { bubbles: true }));
    this.input.focus();
  }
}

customElements.define('day-box', DayBox);
