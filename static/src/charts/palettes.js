// Colours of pictures: Okabe–Ito led by the portal's red, told apart with any kind of colour vision; on the dark screen the
// lighter ones of the same hues; on paper series differ by pattern as well.
const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif';

const LIGHT = {
  series: ["#b5121b", "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#6b7280"],
  text: "#1f2733",
  soft: "#525d6b",
  line: "#e5e7eb",
  back: "#ffffff",
  font: FONT,
  size: 12,
  patterns: false,
};
const DARK = { ...LIGHT, series: ["#ff8a80", "#56b4e9", "#f0c54a", "#3fd0a4", "#e6a5cb", "#9ad0f5", "#b7c0cc"], text: "#f3f6fa", soft: "#b6c2d1", line: "#2c3a4d", back: "#0d1826", size: 17 };
const PRINT = { ...LIGHT, text: "#000000", soft: "#000000", line: "#bbbbbb", patterns: true };

let onPaper = false;
export function paper(is) {
  onPaper = is;
}

// Light unless the page is dark or is being printed.
export function palette() {
  if (onPaper) return PRINT;
  return document.documentElement.dataset.bsTheme === "dark" ? DARK : LIGHT;
}
