// <type-ahead data-source="…">: suggestions under an input; arrows choose, Enter or Tab takes, Esc closes.
// With `data-by-form` they depend on what else stands in the form. Without `data-free` the value is a record's key, and its title stands beside it. What was typed is never
// replaced by a suggestion that belongs to other text.
import { ask, element, word } from './words.js';

let counted = 0;

class TypeAhead extends HTMLElement {
  connectedCallback() {
    if (this.input) return;
    this.input = this.querySelector('input');
    this.title_ = this.querySelector('.title');
    this.free = this.hasAttribute('data-free');
    this.input.addEventListener('input', () => this.typed());
    this.input.addEventListener('keydown', (event) => this.keydown(event));
    this.input.addEventListener('blur', () => this.close());
    this.input.addEventListener('click', () => { if (!this.isOpen) this.search(); });
    this.addEventListener('mousedown', (event) => {
      if (event.target !== this.input && !event.target.closest('.options')) { this.input.focus(); event.preventDefault(); }
    });
  }

  get isOpen() { return Boolean(this.list?.matches(':popover-open')); }

  get chosen() { return this.list?.querySelector('[aria-selected="true"]'); }

  typed() {
    if (this.title_) this.title_.textContent = '';
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.search(), 110);
  }

  async search() {
    const text = this.input.value.trim();
    this.asked?.abort();
    this.asked = new AbortController();
    const mark = this.dataset.source.includes('?') ? '&' : '?';
    try {
      const options = { signal: this.asked.signal, ...this.form() };
      const found = await ask(`${this.dataset.source}${mark}q=${encodeURIComponent(text)}`, options);
      if (this.input.value.trim() !== text) return;
      this.found = { text, found };
      const exact = found.find((one) => one.key === text);
      if (exact && this.title_) this.title_.textContent = exact.title === exact.key ? '' : exact.title;
      if (document.activeElement === this.input) this.draw(text, found);
    } catch (error) {
      if (error.name !== 'AbortError') this.draw(text, [], word('lookup_failed'));
    }
  }

  form() {
    // What else stands in the form, where the suggestions depend on it.
    if (!this.hasAttribute('data-by-form')) return {};
    const body = new URLSearchParams(new FormData(this.closest('form')));
    body.set('line', this.input.dataset.line ?? '');
    return { method: 'POST', body };
  }

  draw(text, found, message = word('no_results')) {
    if (this.free && !found.length) return this.close();
    this.list ??= this.makeList();
    this.list.replaceChildren();
    found.forEach((one, at) => {
      const option = element('div', 'option');
      option.id = `${this.list.id}-${at}`;
      option.setAttribute('role', 'option');
      option.append(element('span', 'key', one.key));
      if (one.title && one.title !== one.key) option.append(element('span', 'name', one.title));
      option.record = one;
      option.addEventListener('mousedown', (event) => { event.preventDefault(); this.take(one); });
      this.list.append(option);
    });
    if (!found.length) {
      const none = element('div', 'option none', message);
      none.setAttribute('role', 'option');
      none.setAttribute('aria-disabled', 'true');
      this.list.append(none);
    }
    this.open();
    const exact = found.findIndex((one) => one.key === text);
    if (text && !this.free && found.length) this.choose(this.list.children[exact < 0 ? 0 : exact]);
  }

  makeList() {
    const list = element('div', 'options');
    list.id = `options-${counted++}`;
    list.popover = 'manual';
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', this.input.getAttribute('aria-label') || this.input.labels?.[0]?.textContent || '');
    this.input.setAttribute('aria-controls', list.id);
    this.append(list);
    return list;
  }

  open() {
    if (!this.isOpen) this.list.showPopover();
    const box = this.getBoundingClientRect();
    const below = innerHeight - box.bottom;
    Object.assign(this.list.style, {
      left: `${box.left}px`, minWidth: `${Math.max(box.width, 220)}px`, maxWidth: `${Math.max(box.width, innerWidth - box.left - 12)}px`,
      top: below < 240 && box.top > below ? 'auto' : `${box.bottom + 4}px`,
      bottom: below < 240 && box.top > below ? `${innerHeight - box.top + 4}px` : 'auto',
    });
    this.input.setAttribute('aria-expanded', 'true');
  }

  close() {
    clearTimeout(this.waiting);
    if (this.isOpen) {
      this.list.hidePopover();
      this.list.replaceChildren();
    }
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
    if (!this.free && this.title_ && this.input.value.trim() && !this.title_.textContent) this.name();
  }

  async name() {
    // A key that was typed in full: its title is shown as soon as the server knows it.
    const text = this.input.value.trim();
    const found = this.found?.text === text ? this.found.found : await ask(`${this.dataset.source}?q=${encodeURIComponent(text)}`).catch(() => []);
    const exact = found.find((one) => one.key === text);
    if (exact && this.input.value.trim() === text) this.title_.textContent = exact.title === exact.key ? '' : exact.title;
  }

  choose(option) {
    [...this.list.children].forEach((one) => one.setAttribute('aria-selected', String(one === option)));
    if (!option) return;
    this.input.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  }

  take(one) {
    this.input.value = one.key;
    if (this.title_) this.title_.textContent = one.title === one.key ? '' : one.title;
    this.close();
    this.dispatchEvent(new CustomEvent('picked', { bubbles: true, detail: one }));
    this.input.dispatchEvent(new Event('change', { bubbles: true }));
  }

  keydown(event) {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!this.isOpen) return this.search();
      const all = [...this.list.querySelectorAll('.option:not(.none)')];
      const at = all.indexOf(this.chosen);
      const next = event.key === 'ArrowDown' ? at + 1 : at - 1;
      return this.choose(all[(next + all.length) % all.length]);
    }
    if (!this.isOpen) return;
    const one = this.chosen?.record;
    const current = this.found?.text === this.input.value.trim();
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (one && current) this.take(one);
    } else if (event.key === 'Tab' && one && current) this.take(one);
    else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }
}

customElements.define('type-ahead', TypeAhead);
