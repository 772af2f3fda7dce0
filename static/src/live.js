// A dashboard that stays open asks every half minute what changed (hx-trigger on [data-live]); here it only says how that goes:
// until when the figures are right, and that the connection is lost, without a remark in the corner each time.
const live = () => document.querySelector("[data-live]");

export function isQuiet(event) {
  return Boolean(event.target.closest?.("[data-live]"));
}

function lost(is) {
  const place = live();
  if (!place) return;
  place.classList.toggle("is-lost", is);
  place.querySelector("[data-lost]").hidden = !is;
}

export function liveFigures() {
  document.addEventListener("figures-as-of", ({ detail }) => {
    for (const time of document.querySelectorAll("[data-as-of]")) time.textContent = detail.text;
    lost(false);
  });
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => isQuiet(event) && lost(true));
  }
}
