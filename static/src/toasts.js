// Short remarks in the corner. An error stays until it is closed; anything else leaves by itself.
const TONES = { success: "success", warning: "warning", error: "danger", danger: "danger" };

export function say(text, tone = "info") {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const kind = TONES[tone] || "info";
  const toast = document.createElement("div");
  toast.className = `toast-note alert alert-${kind}`;
  toast.setAttribute("role", kind === "danger" ? "alert" : "status");
  toast.append(Object.assign(document.createElement("span"), { textContent: text }));
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "btn-close" });
  close.setAttribute("aria-label", region.dataset.close);
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  region.append(toast);
  if (kind !== "danger") setTimeout(() => toast.remove(), 6000);
}

// A fragment answer carries its messages in the HX-Trigger header (portal.kit.pages.render_page).
export function messageToasts() {
  document.addEventListener("toast", (event) => event.detail.messages.forEach(({ text, tone }) => say(text, tone)));
}
