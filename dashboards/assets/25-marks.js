// A mark of a chart that is pressed offers its rows, and the same page narrowed to it.
window.dash_clientside = window.dash_clientside || {};

(() => {
  let pointer = { x: 0, y: 0 };
  let menu = null;
  document.addEventListener('pointerdown', (event) => { pointer = { x: event.clientX, y: event.clientY }; }, true);

  function close() {
    menu?.remove();
    menu = null;
  }

  function narrowed(only) {
    const said = new URLSearchParams(location.search);
    for (const [name, text] of new URLSearchParams(only)) {
      if (name === 'where') {
        const others = said.getAll('where').filter((one) => one.split('=')[0] !== text.split('=')[0]);
        said.delete('where');
        for (const one of [...others, text]) said.append('where', one);
      } else {
        said.delete('period');
        said.set(name, text);
      }
    }
    return `?${said}`;
  }

  function link(address, text) {
    return Object.assign(document.createElement('a'), { href: address, className: 'menu-item', textContent: text });
  }

  function open(rows, only, name) {
    close();
    const words = document.querySelector('[data-view-bar]').dataset;
    menu = Object.assign(document.createElement('div'), { className: 'tile-links mark-menu' });
    if (only) menu.append(link(narrowed(only), words.onlyThis.replace('{what}', name)));
    if (rows) menu.append(link(rows, words.rowsBehind));
    document.body.append(menu);
    menu.style.left = `${Math.max(8, Math.min(pointer.x, innerWidth - menu.offsetWidth - 8)) + scrollX}px`;
    menu.style.top = `${Math.min(pointer.y + 6, innerHeight - menu.offsetHeight - 8) + scrollY}px`;
    menu.firstElementChild.focus();
  }

  window.dash_clientside.yingke = {
    ...window.dash_clientside.yingke,
    follow: (click) => {
      const [, rows, only, name] = click?.points?.[0]?.customdata ?? [];
      if (rows || only) open(rows, only, name);
      return null; // so that the same mark can be pressed again
    },
  };

  document.addEventListener('pointerdown', (event) => { if (menu && !menu.contains(event.target)) close(); });
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });
})();
