// Everything here is comfort: pages read, submit and navigate without it.
import htmx from "htmx.org";
import { savedMap } from "./charts/png.js";
import { confirmations } from "./confirm.js";
import { calmBoards } from "./desk.js";
import { dropZones } from "./drop.js";
import { announceFailures } from "./failures.js";
import { copyButtons, forms, menus, printButtons, readyTexts } from "./forms.js";
import { liveFigures } from "./live.js";
import { messageToasts } from "./toasts.js";

Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // pages hold personal data: nothing of them stays in the browser's storage
  refreshOnHistoryMiss: true,
  scrollIntoViewOnBoost: false,
  timeout: 60000,
});

document.documentElement.classList.add("js");
calmBoards(); // before failures are announced: a board's are not
announceFailures();
messageToasts();
confirmations();
dropZones();
forms();
menus();
copyButtons();
readyTexts();
liveFigures();
printButtons();

// Charts load their library only where a chart stands.
async function charts(scope) {
  for (const map of scope.querySelectorAll("[data-map]")) savedMap(map);
  const places = [...scope.querySelectorAll("[data-chart]:not([data-drawn])")];
  if (places.length === 0) return;
  const { draw } = await import(document.body.dataset.charts);
  places.filter((place) => place.isConnected && !place.dataset.drawn).forEach(draw);
}
charts(document);
document.addEventListener("htmx:afterSettle", () => charts(document));

