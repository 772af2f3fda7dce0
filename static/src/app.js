// Everything here is comfort: pages read, submit and navigate without it.
import htmx from "htmx.org";
import { announceFailures } from "./failures.js";
import { confirmations } from "./confirm.js";
import { dropZones } from "./drop.js";

Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // pages hold personal data: nothing of them stays in the browser's storage
  scrollIntoViewOnBoost: false,
});

announceFailures(document);
confirmations(document);
dropZones(document);

// Charts load their library only where a chart stands.
async function charts(scope) {
  const places = [...scope.querySelectorAll("[data-chart]:not([data-drawn])")];
  if (places.length === 0) return;
  const { draw } = await import(document.body.dataset.charts);
  places.forEach(draw);
}
charts(document);
document.addEventListener("htmx:afterSettle", (event) => charts(event.target));

// A filter form sends itself when a choice changes; typing waits for Enter or the button.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form && event.target.matches("select, input[type=date], input[type=checkbox], input[type=radio]")) form.requestSubmit();
});

// An open menu closes on a click elsewhere and on Escape.
const menus = () => document.querySelectorAll("details[data-menu][open]");
document.addEventListener("click", (event) => menus().forEach((menu) => menu.contains(event.target) || (menu.open = false)));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") menus().forEach((menu) => ((menu.open = false), menu.querySelector("summary").focus()));
});

// A form that was sent is not sent twice by an impatient finger.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 8000);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("is-copied");
  setTimeout(() => button.classList.remove("is-copied"), 1500);
});

window.htmx = htmx;
