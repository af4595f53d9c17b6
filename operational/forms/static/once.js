// Plain forms that must not be sent twice by a second press; the form of a record sees to it by itself.
export function startOnce() {
  document.querySelectorAll('form[data-once], form[data-conflict], form[data-sign-in]').forEach((form) => {
    let sent = false;
    form.addEventListener('submit', (event) => {
      if (sent) event.preventDefault();
      sent = true;
      form.querySelectorAll('button').forEach((one) => one.setAttribute('aria-busy', 'true'));
    });
    addEventListener('pageshow', (event) => { if (event.persisted) sent = false; });
  });
}
