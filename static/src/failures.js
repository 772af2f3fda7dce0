// A failed htmx request says so in words, with the number that finds it in the log. Texts come from the page: translated.
import { isQuiet } from "./live.js";
import { say } from "./toasts.js";

const texts = () => document.getElementById("toasts")?.dataset ?? {};

function signInAgain() {
  const here = window.location.pathname + window.location.search;
  window.location.assign(`${document.body.dataset.signIn}?next=${encodeURIComponent(here)}`);
}

// A session that ended answers with a redirect, which the browser follows silently: what arrives is the sign-in page.
function leadsToSignIn(xhr) {
  const { signIn } = document.body.dataset;
  return Boolean(signIn && xhr.responseURL && new URL(xhr.responseURL).pathname === signIn && window.location.pathname !== signIn);
}

export function announceFailures() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event;
    if (leadsToSignIn(detail.xhr)) {
      detail.shouldSwap = false;
      signInAgain();
    } else if ([409, 422].includes(detail.xhr.status)) {
      // A form with its errors, or a stale edit with both values: content like any other.
      detail.shouldSwap = true;
      detail.isError = false;
    }
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (xhr.status === 401) return signInAgain();
    if (isQuiet(event)) return;
    const { failed, forbidden, missing, number } = texts();
    const sentence = { 403: forbidden, 404: missing }[xhr.status] || failed;
    const id = xhr.getResponseHeader("X-Request-ID");
    say(sentence + (id ? number.replace("%s", id.slice(0, 18)) : ""), "danger");
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => isQuiet(event) || say(texts().offline, "danger"));
  }
}
