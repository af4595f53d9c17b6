// Questions before grave buttons: a reason, a comment, or only yes; Esc and "cancel" do nothing.
const dialog = document.getElementById('ask');

export function answerTo(button) {
  // Resolves to the text that was given ('' for a plain yes), or null where the person cancelled.
  const text = dialog.querySelector('textarea');
  const field = text.closest('.field');
  const needed = button.dataset.ask === 'reason';
  dialog.querySelector('h2').textContent = button.dataset.askTitle;
  field.hidden = button.dataset.ask === 'confirm';
  field.querySelector('label').textContent = button.dataset.askLabel || '';
  text.required = needed;
  text.value = '';
  const yes = dialog.querySelector('button[value="yes"]');
  yes.className = `button ${button.classList.contains('negative') ? 'danger' : 'primary'}`;
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes' ? text.value : null), { once: true });
  });
}

export function startDialogs() {
  if (!dialog) return;
  dialog.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation(); // the page behind has a main action under the same keys
    dialog.querySelector('button[value="yes"]').click();
  });
  dialog.addEventListener('cancel', () => { dialog.returnValue = ''; });
  document.querySelectorAll('[data-open-help]').forEach((one) => one.addEventListener('click', () => {
    document.getElementById('user-menu')?.hidePopover();
    document.getElementById('help').showModal();
  }));
}
