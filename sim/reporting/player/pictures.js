// What leaves the page as a file: a table, and maps and charts of the year as PNG or SVG.

import { drawLines, shown } from "./charts.js";
import { make } from "./make.js";
import { CLASS_COLOURS, MapView } from "./map.js";
import { SvgCanvas, sheetOf } from "./svg.js";

/** Hand `blob` to the person as a file. */
export function download(name, blob) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Titles of the charts with the values of the year, and what colours stand for. */
function captions(player) {
  const { histories, look, parts, year } = player;
  const titles = player.charts.map((chart, at) => {
    const values = histories.map((history, arm) => shown(parts.charts[at].series[arm][year - history.firstYear], chart.percent));
    return `${player.chartTitle(chart)}: ${values.join(" / ")}`;
  });
  const legend = look.classes.names.map((name, at) => ({ colour: CLASS_COLOURS[at], text: name === null ? player.words.say("others") : player.words.name(name) }));
  return { title: `${player.root.querySelector("h1").textContent} · ${player.words.say("year", { year })}`, titles, legend };
}

/** Maps, charts and legend of the year as shapes, sharp at any size. */
export function saveShapes(player) {
  const { histories, year, parts, look } = player;
  const { title, titles, legend } = captions(player);
  const fake = (canvas) => new SvgCanvas(canvas.getBoundingClientRect());
  const maps = histories.map((history, arm) => {
    const drawn = fake(parts.maps[arm].canvas);
    new MapView(drawn).draw(history, year, { ...look, firm: look.arm === arm ? look.firm : -1 });
    return { title: player.armName(arm), drawn };
  });
  if (parts.difference) {
    const drawn = fake(parts.difference.canvas);
    new MapView(drawn).drawDifference(histories[0], histories[1], year, player.bound, look);
    maps.push({ title: player.words.say("difference"), drawn });
  }
  const charts = player.charts.map((chart, at) => {
    const drawn = fake(parts.charts[at].canvas);
    drawLines(drawn, parts.charts[at].series, player.firstYear, player.endYear, player.burnIn, chart.percent, player.words.say("year_column"));
    return { title: titles[at], drawn };
  });
  const half = Math.ceil(charts.length / 2);
  download(`year-${year}.svg`, new Blob([sheetOf(title, [maps, charts.slice(0, half), charts.slice(half)], legend)], { type: "image/svg+xml" }));
}

/** Maps, charts and legend of the year as one picture. */
export function savePicture(player) {
  const { parts, year } = player;
  const { title, titles, legend } = captions(player);
  const [width, line] = [1600, 44];
  const maps = [...parts.maps.map(({ canvas }, arm) => [player.armName(arm), canvas]), ...(parts.difference ? [[player.words.say("difference"), parts.difference.canvas]] : [])];
  const charts = parts.charts.map(({ canvas }, at) => [titles[at], canvas]);
  const half = Math.ceil(charts.length / 2);
  const rows = [maps, charts.slice(0, half), charts.slice(half)];
  const heights = rows.map((row) => Math.max(...row.map(([, one]) => (one.height / one.width) * (width / row.length))));
  const sheet = make("canvas");
  sheet.width = width;
  sheet.height = Math.round(line * (rows.length + 2) + heights.reduce((sum, height) => sum + height, 0));
  const context = sheet.getContext("2d");
  const family = "system-ui, 'Noto Sans', 'Noto Sans CJK SC', sans-serif";
  const write = (text, x, y, size, most) => {
    context.fillStyle = "#111111";
    context.font = `${size}px ${family}`;
    context.fillText(text, x, y, most);
  };
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, sheet.width, sheet.height);
  write(title, 12, 32, 26, width - 24);
  let top = line;
  rows.forEach((row, at) => {
    const room = width / row.length;
    row.forEach(([name, one], place) => {
      write(name, place * room + 12, top + 26, 18, room - 20);
      context.drawImage(one, place * room, top + 36, room, (one.height / one.width) * room);
    });
    top += heights[at] + line;
  });
  legend.forEach(({ colour, text }, at) => {
    const x = 12 + (at * (width - 24)) / legend.length;
    context.fillStyle = colour;
    context.fillRect(x, top + 8, 16, 16);
    write(text, x + 22, top + 22, 16, (width - 24) / legend.length - 26);
  });
  sheet.toBlob((blob) => download(`year-${year}.png`, blob), "image/png");
}
