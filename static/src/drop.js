// A file field that files can be dropped on; it shows the chosen file's name and size.
const size = (bytes) => (bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);

export function dropZones(root) {
  const show = (zone) => {
    const file = zone.querySelector("input[type=file]").files[0];
    zone.querySelector("[data-chosen]").textContent = file ? `${file.name} · ${size(file.size)}` : "";
    zone.classList.toggle("has-file", Boolean(file));
  };
  root.querySelectorAll("[data-drop]").forEach((zone) => {
    zone.addEventListener("change", () => show(zone));
    for (const name of ["dragenter", "dragover"]) {
      zone.addEventListener(name, (event) => (event.preventDefault(), zone.classList.add("is-over")));
    }
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("is-over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.querySelector("input[type=file]").files = event.dataTransfer.files;
      show(zone);
    });
  });
}
