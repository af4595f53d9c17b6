// Lists: a press anywhere on a row opens it, arrows move between rows, filters close when left.
function rows(table) { return [...table.querySelectorAll('tbody tr a:first-of-type')].filter((one) => one.closest('td.key')); }

function startTable(table) {
  table.addEventListener('click', (event) => {
    if (event.target.closest('a, button, input, label') || getSelection().toString()) return;
    const link = event.target.closest('tr')?.querySelector('td.key a');
    if (!link) return;
    if (event.ctrlKey || event.metaKey) window.open(link.href, '_blank', 'noopener');
    else link.click();
  });
}

function arrows(event) {
  const table = document.querySelector('[data-list]');
  if (!table || !['ArrowDown', 'ArrowUp'].includes(event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
  if (document.querySelector('dialog[open]') || event.target.closest('input, textarea, select, details[open]')) return;
  const all = rows(table);
  const at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? (event.key === 'ArrowDown' ? 0 : all.length - 1) : at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  next.focus();
  event.preventDefault();
}

export function startLists() {
  document.querySelectorAll('[data-list]').forEach(startTable);
  document.addEventListener('keydown', arrows);
  document.querySelectorAll('[data-go]').forEach((one) => one.addEventListener('change', () => { location.href = one.value; }));
  document.addEventListener('click', (event) => {
    document.querySelectorAll('details.chip[open]').forEach((one) => { if (!one.contains(event.target)) one.open = false; });
  });
  document.querySelectorAll('details.chip').forEach((one) => one.addEventListener('toggle', () => {
    if (!one.open) return;
    const panel = one.querySelector('.chip-panel');
    panel.style.translate = '';
    const over = panel.getBoundingClientRect().right - (document.documentElement.clientWidth - 8);
    if (over > 0) panel.style.translate = `${-over}px 0`;
    const left = panel.getBoundingClientRect().left;
    if (left < 8) panel.style.translate = `${8 - left}px 0`;
    panel.querySelector('input:not([type=hidden])')?.focus();
  }));
}
