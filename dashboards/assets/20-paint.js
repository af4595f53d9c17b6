// Paints charts with the stylesheet's colours, again when the theme changes.
window.dash_clientside = window.dash_clientside || {};

(() => {
  const probe = document.createElement('i');
  probe.hidden = true;
  const seen = new Map();

  function value(token) {
    const scheme = document.documentElement.dataset.scheme;
    const key = `${scheme} ${token}`;
    if (!seen.has(key)) {
      if (!probe.isConnected) document.body.append(probe);
      if (token === '--font') {
        seen.set(key, getComputedStyle(document.body).fontFamily);
      } else {
        probe.style.color = token.startsWith('--band-') // the light band around a line of that colour
          ? `color-mix(in srgb, var(${token.replace('band', 'series')}) 18%, transparent)` : `var(${token})`;
        seen.set(key, getComputedStyle(probe).color.replace(/^color\(srgb ([\d.]+) ([\d.]+) ([\d.]+)(?: \/ ([\d.]+))?\)$/,
          (_, r, g, b, a) => `rgba(${[r, g, b].map((one) => Math.round(one * 255)).join(',')},${a ?? 1})`));
      }
    }
    return seen.get(key);
  }

  function painted(part) {
    if (typeof part === 'string') return part.startsWith('--') ? value(part) : part;
    if (Array.isArray(part)) return part.map(painted);
    if (part && typeof part === 'object') {
      return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, painted(one)]));
    }
    return part;
  }

  // A telephone has room for few periods under a chart; their names would run into each other.
  function fitted(figure) {
    const axis = figure?.layout?.xaxis;
    const room = Math.max(2, Math.floor((window.innerWidth - 120) / 80));
    if (axis?.nticks > room) axis.nticks = room;
    return figure;
  }

  window.dash_clientside.yingke = { ...window.dash_clientside.yingke, paint: (figure, _scheme) => fitted(painted(figure)) };

  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-picture]');
    const plot = button?.closest('.tile').querySelector('.js-plotly-plot');
    if (!plot) return;
    const layout = { ...plot.layout, paper_bgcolor: value('--surface'), title: { text: button.dataset.picture, x: 0.01 }, margin: { ...plot.layout.margin, t: 60 } };
    window.Plotly.downloadImage({ data: plot.data, layout }, { format: 'png', scale: 2, width: plot.offsetWidth, height: plot.offsetHeight + 52, filename: button.dataset.picture });
  });

  new MutationObserver(() => {
    if (document.getElementById('tiles') && window.dash_clientside.set_props) { // not before Dash has drawn the page
      window.dash_clientside.set_props('scheme', { data: document.documentElement.dataset.scheme });
    }
  }).observe(document.documentElement, { attributes: true, attributeFilter: ['data-scheme'] });
})();
