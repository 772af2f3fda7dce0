// The board asks again every few seconds, and takes nothing away from who works on it.
const WRITING = "input, textarea, select";

export function calmBoards() {
  // While somebody writes in it, or the page is not looked at, the board waits for the next turn.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, requestConfig } = event.detail;
    if (!elt.matches("[data-calm]") || requestConfig.triggeringEvent?.type === "desk-changed") return;
    const busy = elt.contains(document.activeElement) && document.activeElement.matches(WRITING);
    if (busy || document.hidden) event.preventDefault();
  });
  // A failed refresh of the board is no news: the next one says it by itself.
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => event.target.matches?.("[data-calm]") && event.stopImmediatePropagation(), true);
  }
  // What was unfolded stays so when the board is renewed.
  let open = [];
  document.addEventListener("htmx:beforeSwap", () => {
    open = [...document.querySelectorAll("details[id][open]")].map((one) => one.id);
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    open = [];
  });
}
