// <button data-confirm="…"> (or a link) asks in a dialog before it does anything. Without JavaScript it simply acts.
export function confirmations() {
  // While capturing: before htmx, which listens on the button itself.
  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest("[data-confirm]");
      const dialog = document.getElementById("confirm");
      if (!button || !dialog || button.dataset.confirmed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      dialog.querySelector("[data-text]").textContent = button.dataset.confirm;
      dialog.onclose = () => {
        if (dialog.returnValue !== "yes") return;
        button.dataset.confirmed = "1";
        button.click();
        delete button.dataset.confirmed;
      };
      dialog.returnValue = "";
      dialog.showModal();
    },
    true,
  );
}
