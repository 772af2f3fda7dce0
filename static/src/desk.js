// The board asks again every few seconds, and takes nothing away from who works on it.
const BOARD = "[data-calm]";
const WRITING = "input, textarea, select";

// While somebody writes in the board, or something they pressed is under way, or nobody looks: the next turn will do.
function busy(board) {
  const writing = board.contains(document.activeElement) && document.activeElement.matches(WRITING);
  return writing || document.hidden || document.querySelector("#loading.htmx-request") !== null;
}

export function calmBoards() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, requestConfig } = event.detail;
    if (elt.matches(BOARD)) {
      if (requestConfig.triggeringEvent?.type !== "desk-changed" && busy(elt)) event.preventDefault();
    } else {
      // What was pressed answers with the board as it then is; a refresh on its way would be older.
      document.querySelector(BOARD)?.dispatchEvent(new CustomEvent("htmx:abort", { bubbles: true, detail: {} }));
    }
  });
  // A refresh that failed is said once, calmly, where the board says how old it is; the next one that succeeds removes it.
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(
      name,
      (event) => {
        if (!event.target.matches?.(BOARD)) return;
        event.stopImmediatePropagation();
        event.target.querySelector("[data-away]").hidden = false;
      },
      true,
    );
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
