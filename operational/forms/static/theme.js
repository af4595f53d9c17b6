// The theme button: light, dark or as the system has it, changed without loading the page again.
// `data-scheme` on the root says what is seen now (light or dark), for charts that need colours as values.
const root = document.documentElement;
const system = matchMedia('(prefers-color-scheme: dark)');

function scheme() {
  const theme = root.dataset.theme;
  root.dataset.scheme = theme === 'auto' ? (system.matches ? 'dark' : 'light') : theme;
}

export function startTheme() {
  scheme();
  system.addEventListener('change', scheme);
  const form = document.querySelector('[data-theme-form]');
  form?.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    const theme = button.value;
    const body = new URLSearchParams(new FormData(form, button));
    const answer = await fetch(form.action, { method: 'POST', body, redirect: 'manual' });
    if (answer.type !== 'opaqueredirect') return form.submit();
    root.dataset.theme = theme;
    scheme();
    const turn = { auto: 'light', light: 'dark', dark: 'auto' };
    const images = { auto: 'auto', light: 'sun', dark: 'moon' };
    button.value = turn[theme];
    const use = button.querySelector('use');
    use.setAttribute('href', use.getAttribute('href').replace(/#.*/, `#${images[theme]}`));
  });
}
