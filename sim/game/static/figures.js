// The figures of the debrief, as drawings with words: chips by industry and round, own gain against cost, three nations.

import { make } from "/common.js";

const SPACE = "http://www.w3.org/2000/svg";
// Okabe & Ito 2008, Color Universal Design.
export const ARMS = { class: ["#0072B2", ""], coordinated: ["#00674C", "10 6"], none: ["#A84300", "3 5"] };

function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function picture(width, height, title, ...parts) {
  return draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title }, ...parts);
}

const text = (x, y, content, more = {}) => draw("text", { x, y, "font-size": 18, ...more }, content);

const CORNER = 48;
const HALO = { stroke: "#fff", "stroke-width": 4, "paint-order": "stroke" };

/** About how wide a text is: letters of East Asia are as wide as they are tall. */
const widthOf = (content, size) => [...content].reduce((sum, letter) => sum + (letter.codePointAt(0) > 0x2e7f ? 1 : 0.64) * size, 0);

/** Round numbers between two values, at most seven. */
export function ticks(low, high) {
  const span = high - low || 1;
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((one) => one * power >= rough) * power;
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step * 1e-9; at += step) found.push(Math.abs(at) < step * 1e-9 ? 0 : at);
  return found;
}

const finite = (values) => values.filter((one) => typeof one === "number" && Number.isFinite(one));

function table(words, heads, rows) {
  return make("details", {}, make("summary", {}, words.say("numbers")), make("table", {}, make("thead", {}, make("tr", {}, ...heads.map((one) => make("th", { scope: "col" }, one)))),
    make("tbody", {}, ...rows.map(([first, ...rest]) => make("tr", {}, make("th", { scope: "row" }, first), ...rest.map((one) => make("td", { class: "num" }, one)))))));
}

/** Figure 1: regions with chips in each industry, by round; beside it what demand carries and the coordinated arm. */
export function crowding(words, figure, round, width = 900) {
  const told = figure.rounds[round];
  const order = figure.industries.map((name, at) => ({ name, at, promoters: told.promoters[at] ?? 0, carried: told.carried?.[at], parallel: told.parallel?.[at] }))
    .filter((one) => one.promoters > 0 || one.parallel > 0 || one.carried > 0).sort((a, b) => b.promoters - a.promoters || a.at - b.at).slice(0, 14);
  const most = Math.max(1, ...finite(order.flatMap((one) => [one.promoters, one.carried, one.parallel])));
  const [left, line] = [0.3 * width, width < 900 ? 48 : 34];
  const [wide, thin] = [0.44 * line, 0.2 * line];
  const x = (value) => left + (value / most) * (width - left - 60);
  const places = order.every((one) => Number.isInteger(one.promoters)) ? 0 : 1;
  const parts = order.flatMap((one, at) => {
    const y = 16 + at * line;
    const over = typeof one.carried === "number" && one.promoters > one.carried + 0.5;
    const found = [text(left - 10, y + 0.6 * line, words.name(one.name), { "text-anchor": "end" }),
      draw("rect", { x: left, y: y + 2, width: Math.max(0, x(one.promoters) - left), height: wide, fill: over ? "#A84300" : "#0072B2" })];
    if (typeof one.parallel === "number") found.push(draw("rect", { x: left, y: y + wide + 4, width: Math.max(0, x(one.parallel) - left), height: thin, fill: "#00674C" }));
    if (typeof one.carried === "number") found.push(draw("line", { x1: x(one.carried), x2: x(one.carried), y1: y - 1, y2: y + wide + thin + 7, stroke: "#111", "stroke-width": 3 }));
    const crossed = typeof one.carried === "number" && x(one.carried) > x(one.promoters) - 4 && x(one.carried) < x(one.promoters) + 46;
    found.push(text((crossed ? x(one.carried) : x(one.promoters)) + 8, y + wide, words.number(one.promoters, places), { "font-size": 16 }));
    return found;
  });
  parts.push(text((left + width) / 2, 34 + order.length * line, words.say("axis_regions"), { "text-anchor": "middle", "font-size": 16 }));
  const title = words.say("figure1_alt", { round: told.round, over: order.filter((one) => one.carried !== undefined && one.promoters > one.carried + 0.5).length });
  return make("div", { class: "figures" },
    picture(width, 42 + order.length * line, title, ...parts),
    table(words, [words.say("industry"), words.say("key_class"), words.say("key_carried"), words.say("key_parallel")], order.map((one) => [words.name(one.name), words.number(one.promoters, places), words.number(one.carried, 1), words.number(one.parallel, 1)])));
}

function key(colour, label, dash = "") {
  return make("span", {}, make("i", { style: `border-top-color:${colour};border-top-style:${dash ? "dashed" : "solid"}` }), label);
}

/** Figure 2: what each region gained by its own choices against what they cost the others. */
export function gains(words, points, width = 900) {
  const shown = points.filter((one) => Number.isFinite(one.gain) && Number.isFinite(one.cost));
  const [height, edge] = [460, 88];
  const bounds = (values, share) => {
    const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
    const pad = (high - low || 1) * share;
    return [low - pad, high + pad];
  };
  const [x0, x1] = bounds(shown.map((one) => one.gain), 0.16);
  const [y0, y1] = bounds(shown.map((one) => one.cost), 0.03);
  const x = (value) => edge + ((value - x0) / (x1 - x0)) * (width - edge - 30);
  // Above and below all points is room for what the corners mean.
  const [top, bottom] = [26, height - edge];
  const y = (value) => bottom - CORNER - ((value - y0) / (y1 - y0)) * (bottom - top - 2 * CORNER);
  const parts = [];
  for (const one of ticks(x0, x1)) parts.push(draw("line", { x1: x(one), x2: x(one), y1: bottom, y2: top, stroke: one === 0 ? "#111" : "#d5dbe0", "stroke-width": one === 0 ? 2 : 1 }), text(x(one), height - edge + 22, minus(words, one, x1 - x0), { "text-anchor": "middle", "font-size": 16 }));
  for (const one of ticks(y0, y1)) parts.push(draw("line", { x1: x(x0), x2: x(x1), y1: y(one), y2: y(one), stroke: one === 0 ? "#111" : "#d5dbe0", "stroke-width": one === 0 ? 2 : 1 }), text(edge - 8, y(one) + 5, minus(words, one, y1 - y0), { "text-anchor": "end", "font-size": 16 }));
  parts.push(text(width / 2, height - 14, words.say("axis_gain"), { "text-anchor": "middle" }), text(0, 0, words.say("axis_cost"), { "text-anchor": "middle", transform: `translate(20 ${height / 2}) rotate(-90)` }));
  // What each corner means, where a corner is wide enough to say it.
  for (const [key, right, up] of [["both_gain_cost", true, true], ["both_gain", true, false], ["both_cost", false, true], ["both_lose", false, false]]) {
    const room = (right ? x(x1) - x(0) : x(0) - x(x0)) - 12;
    const whole = words.say(key);
    const lines = widthOf(whole, 17) <= room ? [whole] : whole.split(/(?<=[,，])\s*/);
    if (Math.max(...lines.map((one) => widthOf(one, 17))) > room) continue;
    lines.forEach((line, at) => parts.push(text(right ? x(x1) - 6 : x(x0) + 6, up ? top + 16 + 20 * at : bottom - 8 - 20 * (lines.length - 1 - at), line,
      { "text-anchor": right ? "end" : "start", "font-size": 17, "font-style": "italic", fill: "#3f4850", ...HALO })));
  }
  const spots = shown.map((one) => [x(one.gain), y(one.cost)]);
  const taken = spots.map(([cx, cy]) => [cx - 9, cy - 9, cx + 9, cy + 9]);
  shown.forEach((one, at) => {
    const [cx, cy] = spots[at];
    parts.push(draw("circle", { cx, cy, r: 9, fill: one.gain > 0 && one.cost > 0 ? "#A84300" : "#0072B2", stroke: "#fff", "stroke-width": 1.5 }));
  });
  // A name stands on the first side of its point where nothing lies under it; one without room is left to the table.
  shown.forEach((one, at) => {
    const [cx, cy] = spots[at];
    const name = words.name(one.region);
    const across = widthOf(name, 16);
    const sides = [[cx + 12, cy + 5, "start", 0], [cx - 12, cy + 5, "end", -across], [cx, cy - 13, "middle", -across / 2], [cx, cy + 24, "middle", -across / 2]];
    for (const [left, base, anchor, shift] of sides) {
      const box = [left + shift, base - 13, left + shift + across, base + 3];
      const beside = box[0] < edge || box[2] > width - 4 || box[1] < 0 || box[3] > height - edge;
      if (beside || taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue;
      taken.push(box);
      parts.push(text(left, base, name, { "text-anchor": anchor, "font-size": 16, ...HALO }));
      break;
    }
  });
  const both = shown.filter((one) => one.gain > 0 && one.cost > 0).length;
  return make("div", { class: "figures gains" }, picture(width, height, words.say("figure2_alt", { both, all: shown.length }), ...parts),
    table(words, [words.say("region"), words.say("axis_gain"), words.say("axis_cost")], shown.map((one) => [words.name(one.region), words.signed(one.gain, 2), words.signed(one.cost, 2)])));
}

/** A number beside an axis, with a proper minus. */
const minus = (words, value, span) => words.number(value, digits(span)).replace("-", "−");
const digits = (span) => (span > 8 ? 0 : span > 0.8 ? 1 : span > 0.08 ? 2 : 3);

/** Figure 3: one measure in three nations, each with its band. */
export function nations(words, figure, measure, [width, height] = [340, 420]) {
  const edge = 54;
  const { years, arms, band } = figure;
  const all = Object.keys(ARMS).filter((arm) => arms[arm]?.[measure]);
  const values = finite(all.flatMap((arm) => [...arms[arm][measure], ...(band?.[arm]?.[measure]?.low ?? []), ...(band?.[arm]?.[measure]?.high ?? [])]));
  if (!values.length) return make("p", {}, words.say("no_values"));
  const pad = (Math.max(...values) - Math.min(...values) || 1) * 0.06;
  const [low, high] = [Math.min(...values) - pad, Math.max(...values) + pad];
  const x = (at) => edge + (at / Math.max(1, years.length - 1)) * (width - edge - 20);
  const y = (value) => height - 46 - ((value - low) / (high - low)) * (height - 66);
  const parts = [];
  for (const one of ticks(low, high)) parts.push(draw("line", { x1: edge, x2: width - 20, y1: y(one), y2: y(one), stroke: "#d5dbe0" }), text(edge - 8, y(one) + 5, minus(words, one, high - low), { "text-anchor": "end", "font-size": 15 }));
  years.forEach((_, at) => {
    if (at % Math.ceil(years.length / 6) === 0) parts.push(text(x(at), height - 25, String(at + 1), { "text-anchor": "middle", "font-size": 15 }));
  });
  const along = (list) => list.map((value, at) => (Number.isFinite(value) ? `${x(at).toFixed(1)},${y(value).toFixed(1)}` : null)).filter(Boolean);
  for (const arm of all) {
    const own = band?.[arm]?.[measure];
    if (own) parts.push(draw("polygon", { points: [...along(own.low), ...along(own.high).reverse()].join(" "), fill: ARMS[arm][0], opacity: 0.14 }));
  }
  for (const arm of all) parts.push(draw("polyline", { points: along(arms[arm][measure]).join(" "), fill: "none", stroke: ARMS[arm][0], "stroke-width": 4, "stroke-dasharray": ARMS[arm][1] }));
  parts.push(text((edge + width) / 2, height - 5, words.say("years_played"), { "text-anchor": "middle", "font-size": 15 }));
  const last = (arm) => words.number(arms[arm][measure].at(-1), digits(high - low) + 1);
  return make("figure", { style: "margin:0" }, make("figcaption", {}, make("strong", {}, words.say(`measure_${measure}`))),
    picture(width, height, words.say("figure3_alt", { measure: words.say(`measure_${measure}`), values: words.list(all.map((arm) => `${words.say(`world_${arm}`)} ${last(arm)}`)) }), ...parts),
    table(words, [words.say("year"), ...all.map((arm) => words.say(`world_${arm}`))], years.map((year, at) => [String(year), ...all.map((arm) => words.number(arms[arm][measure][at], digits(high - low) + 1))])));
}

export function armKeys(words, banded) {
  return make("div", { class: "keys" }, ...Object.entries(ARMS).map(([arm, [colour, dash]]) => key(colour, words.say(`world_${arm}`), dash)), banded ? make("span", {}, words.say("key_band")) : null);
}

export function crowdingKeys(words) {
  return make("div", { class: "keys" }, key("#0072B2", words.say("key_class")), key("#A84300", words.say("key_over")), key("#00674C", words.say("key_parallel")), key("#111", words.say("key_carried")));
}
