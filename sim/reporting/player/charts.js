// Charts over the years: lines of both arms on a canvas, the present year a strip laid over it, and the same as a table.

import { ARM_COLOURS } from "./map.js";

export const CHARTS = [
  { name: "utilisation", metric: "utilisation", percent: true },
  { name: "clusters", metric: "clusters" },
  { name: "specialisation", metric: "mean_krugman_specialisation" },
  { name: "duplication", metric: "duplication_index" },
  { name: "innovation", metric: "innovations" },
  { name: "welfare", metric: "ln_real_income", relative: true },
  { name: "resilience", metric: "ln_real_income", calm: true },
];
const DASHES = [[], [6, 4]];
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 8, 8, 20];

/** A number in few digits; a dash for a gap. */
export function shown(value, percent) {
  if (!Number.isFinite(value)) return "–";
  if (percent) return `${(100 * value).toFixed(1)} %`;
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 4);
}

/** The values of a chart in an arm. Real income is told in per cent of its level in the fork year. */
export function valuesOf(history, chart, place) {
  const values = history.series(chart.metric, place);
  if (chart.calm) {
    const { calm } = history;
    return values.map((value, at) => {
      const other = calm?.[at + history.firstYear];
      return Number.isFinite(other) ? 100 * Math.exp(value - other) : NaN;
    });
  }
  if (!chart.relative) return values;
  const fork = values[history.header.burn_in - history.firstYear];
  return values.map((value) => (Number.isFinite(fork) ? 100 * Math.exp(value - fork) : NaN));
}

/** Lines on a canvas, `yearWord` naming its lower axis; returns where years lie across it (0 to 1), for the strip that
 * marks the present one. */
export function drawLines(canvas, series, firstYear, lastYear, fork, percent, yearWord) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const box = canvas.getBoundingClientRect();
  const [width, height] = [Math.max(box.width, 60), Math.max(box.height, 50)];
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, width, height);
  const across = (year) => LEFT + ((width - LEFT - RIGHT) * (year - firstYear)) / Math.max(1, lastYear - firstYear);
  const known = series.flat().filter(Number.isFinite);
  context.font = "12px system-ui, sans-serif";
  context.fillStyle = "#333333";
  if (known.length) {
    let [low, high] = [Math.min(...known), Math.max(...known)];
    const room = Math.max((high - low) * 0.06, Math.abs(high) * 1e-6, 1e-9);
    [low, high] = [low - room, high + room];
    const up = (value) => height - BOTTOM - ((height - TOP - BOTTOM) * (value - low)) / (high - low);
    context.strokeStyle = "#dddddd";
    context.lineWidth = 1;
    context.textAlign = "right";
    for (const value of [low + room, (low + high) / 2, high - room]) {
      context.beginPath();
      context.moveTo(LEFT, up(value));
      context.lineTo(width - RIGHT, up(value));
      context.stroke();
      context.fillText(shown(value, percent).replace(" ", ""), LEFT - 4, up(value) + 4);
    }
    if (fork > firstYear && fork < lastYear) {
      context.strokeStyle = "#8a8a8a";
      context.setLineDash([2, 2]);
      context.beginPath();
      context.moveTo(across(fork), TOP);
      context.lineTo(across(fork), height - BOTTOM);
      context.stroke();
    }
    series.forEach((values, arm) => {
      context.strokeStyle = ARM_COLOURS[arm];
      context.setLineDash(DASHES[arm]);
      context.lineWidth = 2;
      context.beginPath();
      let open = false;
      values.forEach((value, at) => {
        if (!Number.isFinite(value)) {
          open = false;
          return;
        }
        const [x, y] = [across(firstYear + at), up(value)];
        if (!open) context.moveTo(x, y);
        context.lineTo(open ? x : x + 0.5, y);
        open = true;
      });
      context.stroke();
      context.setLineDash([]);
    });
  }
  context.textAlign = "center";
  const marked = [firstYear, ...(fork > firstYear && fork < lastYear ? [fork] : []), lastYear];
  for (const year of marked) context.fillText(String(year), Math.max(LEFT, Math.min(across(year), width - 12)), height - 5);
  // The word stands in the widest gap between numbers, where it fits.
  const gaps = marked.slice(1).map((year, at) => [across(marked[at]), across(year)]);
  const [from, to] = gaps.reduce((widest, gap) => (gap[1] - gap[0] > widest[1] - widest[0] ? gap : widest), [0, 0]);
  if (to - from > context.measureText(yearWord).width + 28) context.fillText(yearWord, (from + to) / 2, height - 5);
  return { across: (year) => across(year) / width, empty: known.length === 0 };
}

/** Rows of a table of a chart: year, then one value an arm, in full digits; a gap is empty. */
export function tableOf(histories, chart) {
  const series = histories.map((history) => valuesOf(history, chart));
  const first = Math.min(...histories.map((history) => history.firstYear));
  const last = Math.max(...histories.map((history) => history.lastYear));
  const rows = [];
  for (let year = first; year <= last; year += 1) {
    rows.push([year, ...histories.map((history, arm) => series[arm][year - history.firstYear])]);
  }
  return rows;
}

/** Text of a CSV file: numbers in full, gaps empty, what a spreadsheet would take for a formula as text. */
export function csvOf(head, rows) {
  const cell = (value) => {
    if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `\ufeff${[head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}
