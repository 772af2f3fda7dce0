// Small comforts of forms and menus, all by delegation: they hold for content that htmx swaps in later.
export function forms() {
  // A filter form sends itself when a choice changes; typing waits for Enter or the button.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && event.target.matches("select, input[type=date], input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });
  // Empty filters stay out of the address.
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.matches("form[data-autosubmit]")) return;
    const { formData } = event.detail;
    for (const name of [...new Set(formData.keys())]) if (formData.getAll(name).every((value) => value === "")) formData.delete(name);
  });
  // A form that was sent is not sent twice by an impatient finger.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post], [hx-boost]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
}

// An open menu closes on a click elsewhere and on Escape.
export function menus() {
  // The entry of this page is in sight, however long the menu is.
  const side = document.querySelector(".shell-side nav");
  const here = side?.querySelector("[aria-current]");
  if (here) side.scrollTop = here.offsetTop - side.clientHeight / 2;
  const open = () => [...document.querySelectorAll("details[data-menu][open]")];
  document.addEventListener("click", (event) => open().forEach((menu) => menu.contains(event.target) || (menu.open = false)));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

// A button that prints the page; without scripts it is not shown.
export function printButtons() {
  document.addEventListener("click", (event) => event.target.closest("[data-print]") && window.print());
}

export function copyButtons() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("is-copied");
    const label = button.querySelector("[data-copy-label]");
    const before = label?.textContent;
    if (label) label.textContent = button.dataset.copied;
    setTimeout(() => {
      button.classList.remove("is-copied");
      if (label) label.textContent = before;
    }, 1500);
  });
}

// A ready text goes where the cursor stands in its field; without scripts its link fills the form on the server.
export function readyTexts() {
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-fill]");
    const field = chosen && (chosen.closest("form") ?? document).querySelector(`#${chosen.dataset.fill}`);
    if (!field) return;
    event.preventDefault();
    field.setRangeText(chosen.dataset.text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
