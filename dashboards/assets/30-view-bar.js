// The filter bar: each choice goes into the address, the tiles follow the address, and new data is announced.
(() => {
  const bar = document.querySelector('[data-view-bar]');
  if (!bar) return;
  const days = bar.querySelector('.days');

  function query() {
    const said = new URLSearchParams();
    const period = bar.period.value;
    if (period) {
      if (period !== '12m') said.set('period', period);
    } else {
      said.set('from', bar.from.value);
      const until = new Date(`${bar.last.value}T00:00:00Z`);
      until.setUTCDate(until.getUTCDate() + 1);
      if (!Number.isNaN(until.valueOf())) said.set('to', until.toISOString().slice(0, 10));
    }
    if (bar.compare.value !== 'year') said.set('compare', bar.compare.value);
    for (const box of bar.querySelectorAll('input[name="where"]:checked')) said.append('where', box.value);
    return said.toString();
  }

  const DAY = /^\d{4}-\d{2}-\d{2}$/;

  function changed() {
    for (const day of [bar.from, bar.last]) day.setAttribute('aria-invalid', String(!DAY.test(day.value)));
    if (!bar.period.value && bar.querySelector('.days [aria-invalid="true"]')) return;
    days.hidden = Boolean(bar.period.value);
    const said = query();
    history.pushState(null, '', said ? `?${said}` : location.pathname);
    dispatchEvent(new PopStateEvent('popstate'));
    show();
  }

  function show() {
    for (const link of document.querySelectorAll('[data-follows-view]')) {
      link.href = link.href.split('?')[0] + location.search;
    }
    let any = false;
    for (const chip of bar.querySelectorAll('[data-dimension]')) {
      const chosen = [...chip.querySelectorAll('input[name="where"]:checked')].map((box) => box.parentElement.textContent);
      chip.classList.toggle('set', chosen.length > 0);
      chip.querySelector('summary strong').textContent = chosen.join(', ');
      any ||= chosen.length > 0;
    }
    bar.querySelector('[data-clear]').hidden = !any;
  }

  // Back and forward: the bar is drawn by the server, so the page is asked for again with the address that is now there.
  // Somebody who is quick is back before this has run: then the bar's own query tells.
  const said = (query) => new URLSearchParams(query).toString();
  let shown = said(bar.dataset.query);
  addEventListener('popstate', (event) => {
    if (event.isTrusted && said(location.search) !== shown) location.reload();
    shown = said(location.search);
  });
  if (said(location.search) !== shown) location.reload();

  async function offer(chip) {
    const list = chip.querySelector('[data-values]');
    const said = new URLSearchParams({ dimension: chip.dataset.dimension, metric: bar.dataset.firstMetric, q: chip.querySelector('[data-find]').value });
    const answer = await fetch(`/d/values?${said}`);
    if (!answer.ok) return;
    const kept = [...list.querySelectorAll('input:checked')].map((box) => box.parentElement);
    const there = new Set(kept.map((label) => label.firstElementChild.value));
    const fresh = (await answer.json()).values.filter(({ value }) => !there.has(`${chip.dataset.dimension}=${value}`));
    list.replaceChildren(...kept, ...fresh.map(({ value, name }) => {
      const label = document.createElement('label');
      label.className = 'check';
      const box = Object.assign(document.createElement('input'), { type: 'checkbox', name: 'where', value: `${chip.dataset.dimension}=${value}` });
      label.append(box, name || '–');
      return label;
    }));
  }

  bar.addEventListener('change', (event) => { if (!event.target.matches('[data-find]')) changed(); });
  bar.addEventListener('submit', (event) => { event.preventDefault(); changed(); });
  bar.addEventListener('input', (event) => { if (event.target.matches('[data-find]')) offer(event.target.closest('[data-dimension]')); });
  for (const chip of bar.querySelectorAll('[data-dimension]')) {
    chip.addEventListener('toggle', () => {
      if (!chip.open) return;
      for (const other of bar.querySelectorAll('[data-dimension][open]')) if (other !== chip) other.open = false;
      offer(chip);
    });
  }
  document.addEventListener('click', (event) => {
    for (const open of document.querySelectorAll('.view-bar details[open], .tile-menu[open]')) {
      if (!open.contains(event.target)) open.open = false;
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') for (const open of document.querySelectorAll('.view-bar details[open], .tile-menu[open]')) open.open = false;
  });

  const line = document.querySelector('[data-freshness]');
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch('/d/state').catch(() => null);
    if (!answer?.ok) return;
    const state = await answer.json();
    if (state.snapshot !== line.dataset.snapshot || state.warning !== (document.querySelector('[data-held]') ? true : false)) location.reload();
  }, 15000);
})();
