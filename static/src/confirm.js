// <button data-confirm="…"> asks in a dialog before its form is sent.
export function confirmations(root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-confirm]");
    const dialog = root.getElementById("confirm");
    if (!button || !dialog || button.dataset.confirmed) return;
    event.preventDefault();
    dialog.querySelector("[data-text]").textContent = button.dataset.confirm;
    dialog.onclose = () => {
      if (dialog.returnValue !== "yes") return;
      button.dataset.confirmed = "1";
      button.click();
      delete button.dataset.confirmed;
    };
    dialog.returnValue = "";
    dialog.showModal();
  });
}
