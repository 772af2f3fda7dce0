// One builder for every picture: {type: "bar"|"line"|"pie"|"sankey", labels, series: [{name, data}], unit, horizontal} and for a
// sankey {nodes: [{id, name, side}], links: [{source, target, value}]}. Colours come from a palette, nothing else differs.
import { palette } from "./palettes.js";

const grouped = (value) => (value == null ? "—" : Number(value).toLocaleString("en-US", { maximumFractionDigits: 2 }));
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function common(colours, trigger) {
  return {
    color: colours.series,
    backgroundColor: colours.back,
    textStyle: { fontFamily: colours.font, fontSize: colours.size, color: colours.text },
    aria: { enabled: true, decal: { show: colours.patterns } },
    animation: !colours.patterns && !still,
    animationDuration: 300,
    tooltip: {
      trigger,
      renderMode: "richText",
      confine: true,
      backgroundColor: colours.back,
      borderColor: colours.line,
      textStyle: { color: colours.text, fontFamily: colours.font },
      valueFormatter: grouped,
    },
  };
}

function pie({ labels, series }, colours) {
  const data = labels.map((name, index) => ({ name, value: series[0].data[index] }));
  return {
    ...common(colours, "item"),
    legend: { bottom: 0, textStyle: { color: colours.text } },
    series: [{ type: "pie", radius: ["48%", "72%"], center: ["50%", "44%"], label: { formatter: "{d}%", color: colours.text }, data }],
  };
}

// Two columns, sellers left and buyers right: a segment may sell to itself and to those before it, a single graph would loop.
function sankey({ nodes, links, unit = "" }, colours, width) {
  const most = width < 560 ? 5 : 12;
  const names = [...new Set(nodes.map(({ name }) => name))];
  const colour = (name) => colours.series[names.indexOf(name) % colours.series.length];
  const label = ({ name }) => shortened(names[Number(name.slice(2))], most);
  const named = new Map(nodes.map(({ id, name, side }) => [id, `${side}:${names.indexOf(name)}`]));
  const longest = Math.max(...names.map((name) => shortened(name, most).length));
  const room = (longest + 1) * colours.size + 8;
  const base = common(colours, "item");
  const plain = (key) => names[Number(key.slice(2))];
  base.tooltip.formatter = ({ data, dataType, name, value }) =>
    dataType === "edge" ? `${plain(data.source)} → ${plain(data.target)}\n${grouped(data.value)} ${unit}` : `${plain(name)}\n${grouped(value)} ${unit}`;
  return {
    ...base,
    series: [
      {
        type: "sankey",
        left: room,
        right: room,
        top: 12,
        bottom: 12,
        nodeGap: 1.25 * colours.size, // room for the label of the smallest
        nodeWidth: 14,
        draggable: false,
        emphasis: { focus: "adjacency" },
        lineStyle: { color: "source", opacity: 0.32 },
        label: { color: colours.text, fontFamily: colours.font, fontSize: colours.size, formatter: label },
        data: nodes.map(({ id, name, side }) => ({
          name: named.get(id),
          depth: side === "s" ? 0 : 1,
          itemStyle: { color: colour(name) },
          label: { position: side === "s" ? "left" : "right" },
        })),
        links: links.map(({ source, target, value }) => ({ source: named.get(source), target: named.get(target), value })),
      },
    ],
  };
}

function axes({ type, labels, series, unit = "", horizontal = false }, colours) {
  const soft = { color: colours.soft, fontSize: colours.size };
  const category = { type: "category", data: labels, axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } }, axisLabel: { ...soft, hideOverlap: !horizontal, interval: horizontal ? 0 : "auto" }, inverse: horizontal };
  const whole = series.every(({ data }) => data.every((value) => value == null || Number.isInteger(value)));
  const value = { type: "value", name: unit, nameTextStyle: soft, axisLabel: { ...soft, hideOverlap: true }, splitNumber: horizontal ? 3 : 5, minInterval: whole ? 1 : undefined, splitLine: { lineStyle: { color: colours.line } } };
  const legend = series.length > 1;
  return {
    ...common(colours, "axis"),
    legend: legend ? { top: 0, textStyle: { color: colours.text, fontSize: colours.size } } : undefined,
    grid: { left: 8, right: 28, top: (legend ? 40 : 12) + 1.6 * colours.size, bottom: 8, containLabel: true },
    xAxis: horizontal ? value : category,
    yAxis: horizontal ? category : value,
    series: series.map((one) => ({ ...one, type, barMaxWidth: 28, symbolSize: 6, connectNulls: false })),
  };
}

export function options(picture, { colours = palette(), width = 800 } = {}) {
  if (picture.type === "pie") return pie(picture, colours);
  if (picture.type === "sankey") return sankey(picture, colours, width);
  return axes(picture, colours);
}
