// [data-png] takes the picture of its figure along as a file: a chart as it is drawn, the map of tiles drawn for it.
import { palette } from "./palettes.js";

const SCALE = 2;

function download(url, title) {
  const link = Object.assign(document.createElement("a"), { href: url, download: `${title}.png` });
  document.body.append(link);
  link.click();
  link.remove();
}

// The chart with its title above it.
function titled(chart, title) {
  const colours = palette();
  const source = chart.renderToCanvas({ pixelRatio: SCALE, backgroundColor: colours.back });
  const canvas = Object.assign(document.createElement("canvas"), { width: source.width, height: source.height + 44 * SCALE });
  const pen = canvas.getContext("2d");
  pen.fillStyle = colours.back;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = colours.text;
  pen.font = `600 ${16 * SCALE}px ${colours.font}`;
  pen.fillText(title, 16 * SCALE, 30 * SCALE);
  pen.drawImage(source, 0, 44 * SCALE);
  return canvas;
}

function tiled(map, title) {
  const colours = palette();
  const table = map.querySelector(".town-tiles");
  const box = table.getBoundingClientRect();
  const canvas = Object.assign(document.createElement("canvas"), { width: box.width * SCALE, height: (box.height + 44) * SCALE });
  const pen = canvas.getContext("2d");
  pen.scale(SCALE, SCALE);
  pen.fillStyle = colours.back;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = colours.text;
  pen.font = `600 16px ${colours.font}`;
  pen.fillText(title, 8, 28);
  pen.textAlign = "center";
  for (const tile of table.querySelectorAll(".town-tile")) {
    const at = tile.getBoundingClientRect();
    const [x, y] = [at.left - box.left, at.top - box.top + 44];
    pen.fillStyle = getComputedStyle(tile).backgroundColor;
    pen.strokeStyle = colours.line;
    pen.fillRect(x, y, at.width, at.height);
    pen.strokeRect(x, y, at.width, at.height);
    pen.fillStyle = colours.text;
    pen.font = `13px ${colours.font}`;
    pen.fillText(tile.querySelector("span").textContent, x + at.width / 2, y + at.height / 2 - 4);
    pen.font = `600 14px ${colours.font}`;
    pen.fillText(tile.querySelector("strong").textContent, x + at.width / 2, y + at.height / 2 + 16);
  }
  return canvas;
}

function offer(button, canvas) {
  if (!button || !button.hidden) return;
  button.hidden = false;
  button.addEventListener("click", () => download(canvas(button.dataset.png).toDataURL("image/png"), button.dataset.png));
}

export const saved = (place, chart) => offer(place.closest("figure")?.querySelector("[data-png]"), (title) => titled(chart, title));
export const savedMap = (map) => offer(map.querySelector("[data-png]"), (title) => tiled(map, title));
