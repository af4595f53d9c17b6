// Search in the metric catalogue: entries that do not hold what is typed are hidden.
const box = document.querySelector('[data-catalogue-search]');
box?.addEventListener('input', () => {
  const typed = box.value.trim().toLowerCase();
  for (const subject of document.querySelectorAll('.catalogue-subject')) {
    let any = false;
    for (const metric of subject.querySelectorAll('.metric')) {
      metric.hidden = !metric.textContent.toLowerCase().includes(typed);
      any ||= !metric.hidden;
    }
    subject.hidden = !any;
  }
});
