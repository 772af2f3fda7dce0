// A failed htmx request says so in words. Texts come from the page, so that they are translated.
export function announceFailures(root) {
  const region = root.getElementById("toasts");
  const say = (text) => {
    if (!region) return;
    const toast = root.createElement("div");
    toast.className = "alert alert-danger shadow mb-2";
    toast.setAttribute("role", "alert");
    toast.textContent = text;
    region.append(toast);
    setTimeout(() => toast.remove(), 8000);
  };
  root.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (xhr.status === 401 || xhr.status === 403) return window.location.assign(window.location.href);
    const number = xhr.getResponseHeader("X-Request-ID");
    say(region.dataset.failed + (number ? ` (${number.slice(0, 18)})` : ""));
  });
  root.addEventListener("htmx:sendError", () => say(region.dataset.offline));
  root.addEventListener("htmx:timeout", () => say(region.dataset.offline));
  // Field errors come as 422 or 409 with the form in them: swap them like any answer.
  root.addEventListener("htmx:beforeSwap", (event) => {
    if ([409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
}
