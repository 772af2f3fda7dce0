// Draws every [data-chart] from the JSON beside it (charts/options.js says what it holds). The same figures stand in a table
// below, for readers without pictures. On paper the picture is drawn anew in the colours of paper.
import { BarChart, LineChart, PieChart, SankeyChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { drawChain } from "./chain-graph.js";
import { options } from "./charts/options.js";
import { paper } from "./charts/palettes.js";
import { saved } from "./charts/png.js";

echarts.use([AriaComponent, BarChart, CanvasRenderer, GridComponent, LegendComponent, LineChart, PieChart, SankeyChart, TooltipComponent]);

const HEAD = 64; // room for a ranking's axis
const LINE = 26; // each of its lines

const drawn = new Map();

function redraw() {
  for (const [place, draw] of drawn) place.isConnected ? draw() : drawn.delete(place);
}
for (const [name, is] of [["beforeprint", true], ["afterprint", false]]) {
  window.addEventListener(name, () => {
    paper(is);
    redraw();
  });
}

export { options };

export function draw(place) {
  if (place.dataset.graph) return drawChain(place);
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  place.dataset.drawn = "1";
  if (data.horizontal && !place.dataset.fixed) place.style.height = `${Math.max(200, HEAD + LINE * data.labels.length)}px`;
  const chart = echarts.init(place);
  const show = () => chart.setOption(options(data, { width: place.clientWidth }), { notMerge: true });
  show();
  drawn.set(place, show);
  const watcher = new ResizeObserver(() => {
    if (place.isConnected) return chart.resize();
    watcher.disconnect();
    drawn.delete(place);
    chart.dispose();
  });
  watcher.observe(place);
  saved(place, chart);
}
