// A chain from upstream to downstream, drawn from the JSON of chains/{code}/graph. Where a segment stands (column, row) is
// computed by the portal; here it becomes a picture. The table on the page says the same without it.
import { GraphChart } from "echarts/charts";
import { AriaComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([AriaComponent, CanvasRenderer, GraphChart, LegendComponent, TooltipComponent]);

const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif';
const COLORS = { lead: "#b5121b", some: "#0072b2", none: "#6b7280", gap: "#8f0f16", party: "#8a5a00" };
const COLUMN = 150; // pixels at least from column to column; a wider page spreads them
const ROW = 98;
const SIDE = 84; // room for the labels at the left and right edge
const TOP = 40; // the legend above the picture
const BOTTOM = 58; // the labels below the lowest segment
const SMALLEST = 16;
const LARGEST = 42;

const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
// 中共松江区集成电路产业集群委员会 reads as 集成电路产业集群委员会 where space is short.
const plain = (name) => shortened(name.replace(/^(中共)?([^区]{1,4}区)?/, ""), 11);

function categoryOf(node) {
  if (node.is_gap) return "gap";
  if (node.roles.lead) return "lead";
  return node.enterprises ? "some" : "none";
}

// The size of the picture in pixels, without its margins.
function sizeOf({ nodes }, available) {
  const columns = Math.max(...nodes.map(({ column }) => column));
  const rows = 1 + Math.max(...nodes.map(({ row }) => row));
  return { step: columns ? Math.max(COLUMN, (available - 2 * SIDE) / columns) : 0, height: Math.max(3, rows) * ROW, columns };
}

function segmentNodes({ nodes }, words, { step, height }) {
  const most = Math.max(1, ...nodes.map((node) => node.enterprises));
  const stacks = new Map();
  for (const { column } of nodes) stacks.set(column, (stacks.get(column) || 0) + 1);
  return nodes.map((node) => {
    const category = categoryOf(node);
    const count = node.is_gap && !node.enterprises ? words.gap : `${node.enterprises} ${words.unit}`;
    const leader = node.leaders.find(({ role }) => role === "lead");
    return {
      id: node.id,
      name: node.name,
      category: words.names[category],
      x: node.column * step,
      y: ((node.row + 0.5) / stacks.get(node.column)) * height,
      symbolSize: SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(node.enterprises / most),
      itemStyle: node.is_gap ? { color: "#fff", borderColor: COLORS.gap, borderWidth: 2, borderType: "dashed" } : undefined,
      label: { formatter: `{name|${shortened(node.name, 10)}}\n{count|${node.is_gap && node.enterprises ? `${words.gap} · ` : ""}${count}}${leader ? `\n{lead|${words.roles.lead} ${shortened(leader.name, 9)}}` : ""}` },
      segment: node,
    };
  });
}

// Organisations stand in a band below the segments, those that guide others with arrows to them.
function organizationNodes({ organizations, guidance }, words, { step, height, columns }) {
  const linked = new Set(guidance.flatMap(({ guide, guided }) => [guide, guided]));
  const shown = organizations.filter(({ code }, index) => linked.has(code) || index < 6).slice(0, 18);
  const width = columns * step;
  const each = Math.max(1, Math.floor(width / COLUMN) + 1);
  const apart = each > 1 ? width / (each - 1) : 0;
  return shown.map((one, index) => ({
    id: `party:${one.code}`,
    name: one.name,
    category: words.names.party,
    x: (index % each) * apart,
    y: height + ROW * (0.5 + 0.7 * Math.floor(index / each)),
    symbol: "roundRect",
    symbolSize: 16,
    label: { formatter: `{name|${plain(one.name)}}` },
    organization: one,
  }));
}

function links({ links: arrows, guidance }, shown) {
  const guides = guidance
    .filter(({ guide, guided }) => shown.has(`party:${guide}`) && shown.has(`party:${guided}`))
    .map(({ guide, guided, kind_label }) => ({
      source: `party:${guide}`,
      target: `party:${guided}`,
      lineStyle: { type: "dashed", color: COLORS.party, curveness: 0.3 },
      guidance: kind_label,
    }));
  return [...arrows, ...guides];
}

function tooltip({ data, dataType }, words) {
  if (dataType === "edge") return data.guidance || "";
  if (data.organization) return `${data.organization.name}\n${data.organization.kind_name}`;
  const { segment } = data;
  const lines = [`${segment.name}（${segment.stage_label}）${segment.is_gap ? ` ${words.gap}` : ""}`];
  if (segment.gap_note) lines.push(segment.gap_note);
  lines.push(["lead", "backbone", "supporting"].map((role) => `${words.roles[role]} ${segment.roles[role]}`).join("  "));
  for (const one of segment.leaders) lines.push(`${words.roles[one.role]}：${one.name}`);
  return lines.join("\n");
}

function wordsOf({ dataset }) {
  return {
    unit: dataset.unit,
    gap: dataset.gap,
    roles: { lead: dataset.lead, backbone: dataset.backbone, supporting: dataset.supporting },
    names: { lead: dataset.withLead, some: dataset.hasEnterprises, none: dataset.empty, gap: dataset.gap, party: dataset.party },
  };
}

// ECharts stretches the nodes' bounding box over the series' box: here both are the same, so circles stay circles.
function boxOf(data) {
  const [xs, ys] = ["x", "y"].map((axis) => data.map((one) => one[axis]));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  return { left: SIDE + left - (width ? 0 : 1), top: TOP + top - (height ? 0 : 1), width: width || 2, height: height || 2 };
}

function options(graph, words, available) {
  const size = sizeOf(graph, available);
  const data = [...segmentNodes(graph, words, size), ...organizationNodes(graph, words, size)];
  const shown = new Set(data.map(({ id }) => id));
  const used = new Set(data.map(({ category }) => category));
  const categories = Object.entries(words.names)
    .filter(([, name]) => used.has(name))
    .map(([key, name]) => ({ name, symbol: key === "party" ? "roundRect" : "circle", itemStyle: key === "gap" ? { color: "#fff", borderColor: COLORS.gap, borderWidth: 2, borderType: "dashed" } : { color: COLORS[key] } }));
  return {
    textStyle: { fontFamily: FONT },
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    legend: { top: 0, left: 0, itemHeight: 12, itemWidth: 12, itemGap: 14, textStyle: { color: "#333d4a" }, data: categories.map(({ name, symbol }) => ({ name, icon: symbol })) },
    tooltip: { renderMode: "richText", confine: true, formatter: (one) => tooltip(one, words) },
    series: [
      {
        type: "graph",
        layout: "none",
        ...boxOf(data),
        roam: window.matchMedia("(pointer: coarse)").matches ? false : "move",
        scaleLimit: { min: 0.5, max: 3 },
        nodeScaleRatio: 0,
        categories,
        data,
        links: links(graph, shown),
        edgeSymbol: ["none", "arrow"],
        edgeSymbolSize: 8,
        lineStyle: { color: "#8a94a1", width: 1.2, curveness: 0.08, opacity: 0.8 },
        label: {
          show: true,
          position: "bottom",
          distance: 4,
          lineHeight: 16,
          rich: { name: { color: "#1f2733", fontWeight: 600, fontSize: 12 }, count: { color: "#525d6b", fontSize: 12 }, lead: { color: COLORS.lead, fontSize: 11 } },
        },
        emphasis: { focus: "adjacency", lineStyle: { width: 2.4 }, label: { show: true } },
      },
    ],
  };
}

function say(place, text, action) {
  const note = document.createElement("p");
  note.className = "chain-note";
  note.setAttribute("role", action ? "alert" : "status");
  note.textContent = text;
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm ms-2", textContent: place.dataset.retry });
    button.addEventListener("click", action);
    note.append(button);
  }
  place.removeAttribute("role"); // what is said must be read; the picture takes the role again
  place.replaceChildren(note);
}

// Zooming by buttons (the wheel keeps scrolling the page), and the table's rows light up their segment.
function tools(place, chart) {
  const figure = place.closest("figure");
  const bar = figure.querySelector("[data-graph-tools]");
  const hint = figure.querySelector("[data-graph-hint]");
  bar.hidden = hint.hidden = false;
  bar.addEventListener("click", (event) => {
    const factor = Number(event.target.closest("[data-zoom]")?.dataset.zoom ?? NaN);
    if (Number.isNaN(factor)) return;
    const [series] = chart.getOption().series;
    if (factor === 0) chart.setOption({ series: [{ zoom: 1, center: null }] });
    else chart.setOption({ series: [{ zoom: Math.min(3, Math.max(0.5, (series.zoom ?? 1) * factor)) }] });
  });
  const rows = document.querySelectorAll("[data-node]");
  const light = (type) => (event) => chart.dispatchAction({ type, seriesIndex: 0, name: event.currentTarget.querySelector(".row-title").firstChild.textContent.trim() });
  for (const row of rows) {
    for (const name of ["focusin", "mouseenter"]) row.addEventListener(name, light("highlight"));
    for (const name of ["focusout", "mouseleave"]) row.addEventListener(name, light("downplay"));
  }
}

async function fetched(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

export async function drawChain(place) {
  place.dataset.drawn = "1";
  say(place, place.dataset.loading);
  let graph;
  try {
    graph = await fetched(place.dataset.graph);
  } catch {
    say(place, place.dataset.failed, () => drawChain(place));
    return;
  }
  const words = wordsOf(place);
  const columns = Math.max(...graph.nodes.map(({ column }) => column));
  place.replaceChildren();
  place.setAttribute("role", "img");
  place.style.minWidth = `${columns * COLUMN + 2 * SIDE}px`;
  // A narrower page needs more rows for the organisations, so the height follows the width.
  const fitted = () => {
    const option = options(graph, words, place.clientWidth);
    place.style.height = `${Math.max(...option.series[0].data.map(({ y }) => y)) + TOP + BOTTOM}px`;
    return option;
  };
  const first = fitted();
  const chart = echarts.init(place);
  chart.setOption(first);
  chart.on("click", ({ data, dataType }) => {
    if (dataType !== "node") return;
    if (data.segment) window.location.assign(place.dataset.rowsUrl + encodeURIComponent(data.segment.id));
    else window.location.assign(place.dataset.organizationUrl.replace("CODE", encodeURIComponent(data.organization.code)));
  });
  tools(place, chart);
  let drawn = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth === drawn) return;
    drawn = place.clientWidth;
    const option = fitted();
    chart.resize();
    chart.setOption(option, { notMerge: true });
  }).observe(place);
}
