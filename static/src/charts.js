// Draws every [data-chart] from the JSON beside it: {type: "bar"|"line"|"pie", labels: […], series: [{name, data}], unit}.
// The same figures stand in a table below, for readers without pictures.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { drawChain } from "./chain-graph.js";

echarts.use([AriaComponent, BarChart, CanvasRenderer, GridComponent, LegendComponent, LineChart, PieChart, TooltipComponent]);

// Okabe–Ito order, led by the portal's red: told apart with any kind of colour vision.
const PALETTE = ["#b5121b", "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#6b7280"];
const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif';

export function options({ type, labels, series, unit = "", horizontal = false }) {
  const common = {
    color: PALETTE,
    textStyle: { fontFamily: FONT },
    aria: { enabled: true },
    animationDuration: 300,
    tooltip: { trigger: type === "pie" ? "item" : "axis", renderMode: "richText", confine: true },
  };
  if (type === "pie") {
    const data = labels.map((name, index) => ({ name, value: series[0].data[index] }));
    return { ...common, legend: { bottom: 0 }, series: [{ type: "pie", radius: ["48%", "72%"], center: ["50%", "44%"], label: { formatter: "{d}%" }, data }] };
  }
  const category = { type: "category", data: labels, axisTick: { show: false }, inverse: horizontal };
  const value = { type: "value", name: unit, minInterval: 1, splitLine: { lineStyle: { color: "#e5e7eb" } } };
  return {
    ...common,
    legend: series.length > 1 ? { top: 0 } : undefined,
    grid: { left: 8, right: 24, top: series.length > 1 ? 36 : 28, bottom: 8, containLabel: true },
    xAxis: horizontal ? value : category,
    yAxis: horizontal ? category : value,
    series: series.map((one) => ({ ...one, type, barMaxWidth: 28 })),
  };
}

export function draw(place) {
  if (place.dataset.graph) return drawChain(place);
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const chart = echarts.init(place);
  chart.setOption(options(data));
  place.dataset.drawn = "1";
  new ResizeObserver(() => chart.resize()).observe(place);
}
