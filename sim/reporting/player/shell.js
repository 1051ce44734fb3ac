// The elements of the player: clock, choices, figures, foot.

import { LAYERS, LINKS } from "./link.js";
import { make, shape } from "./make.js";
import { MapView } from "./map.js";
import { savePicture, saveShapes } from "./pictures.js";

const SPEEDS = [1, 2, 4, 8, 16];

const SIGNS = {
  play: "M4 2l10 6-10 6z", pause: "M4 2h3v12H4zM9 2h3v12H9z", back: "M11 2L3 8l8 6z", forward: "M5 2l8 6-8 6z",
  reset: "M3 2h2v12H3zM14 2L6 8l8 6z", skip: "M2 2l8 6-8 6zM11 2h2v12h-2z",
};

/** The sign on a button: drawn, since not every font has it. */
export function sign(name) {
  return shape("svg", { viewBox: "0 0 16 16", width: "16", height: "16", "aria-hidden": "true" }, shape("path", { d: SIGNS[name], fill: "currentColor" }));
}

/** A figure with a map: of an arm, or of the difference (arm -1). */
function mapFigure(title, arm) {
  const canvas = make("canvas", { role: "img", class: "map", "aria-label": title });
  const caption = make("figcaption", { title }, ...(arm < 0 ? [] : [make("i", { class: "stroke" })]), title);
  const none = make("p", { class: "empty", hidden: true });
  const plot = make("div", { class: "plot" }, canvas, none);
  return { canvas, none, view: new MapView(canvas), box: make("figure", { class: arm < 0 ? "difference" : `arm arm-${arm}` }, caption, plot) };
}

/** A figure with a chart: its title, the values of the year that is shown, and lines. */
function chartFigure(player, chart) {
  const { words } = player;
  const title = player.chartTitle(chart);
  const canvas = make("canvas", { role: "img", class: "chart", "aria-label": title });
  const cursor = make("i", { class: "cursor", hidden: true });
  const empty = make("p", { class: "empty", hidden: true }, chart.calm ? words.say("empty_calm") : words.say("empty"));
  const values = player.histories.map((_, arm) => make("b", { class: `arm-${arm}` }));
  const told = values.map((value, arm) => make("span", { class: `arm-${arm}` }, make("i", { class: "stroke" }), value));
  const caption = make("figcaption", { title: words.say(`help_${chart.name}`) }, title, make("span", { class: "values" }, ...told));
  return { canvas, cursor, empty, values, series: [], across: null, box: make("figure", { class: "line" }, caption, make("div", { class: "plot" }, canvas, cursor, empty)) };
}

/** Build the player anew in its root; returns the parts that change from year to year. */
export function buildShell(player) {
  const { words, histories, look } = player;
  const parts = {};
  const select = (name, choices) => make("label", {}, `${words.say(name)} `, make("select", {
    "data-name": name, onchange: (event) => { look[name] = event.target.value; player.drawLegend(); player.writeLink(); player.schedule(); },
  }, ...choices.map((choice) => make("option", { value: choice, selected: look[name] === choice }, words.say(`${name}_${choice}`)))));
  const button = (name, act) => make("button", { type: "button", class: name, "aria-label": words.say(name), title: words.say(name), onclick: act }, sign(name));
  // The second click of a double click would undo the first.
  parts.play = button("play", (event) => { if (event.detail < 2) player.toggle(); });
  parts.slider = make("input", { type: "range", class: "years", min: "0", max: "60", step: "1", value: "0", "aria-label": words.say("slider"),
    oninput: (event) => { player.show(Number(event.target.value)); }, onchange: () => player.writeLink() });
  parts.now = make("output", { class: "now" });
  parts.phase = make("p", { class: "phase", role: "status", "aria-live": "off" }, words.say("waiting"));
  const speed = make("label", { class: "speed" }, `${words.say("speed")} `, make("select", { "data-name": "speed", onchange: (event) => { player.speed = Number(event.target.value); } },
    ...SPEEDS.map((one) => make("option", { value: String(one), selected: one === player.speed }, words.say("speed_years", { years: one })))));
  parts.hashes = histories.map(() => make("code", { class: "hash" }));
  parts.legend = make("p", { class: "legend" });
  parts.story = make("section", { class: "story", "aria-label": words.say("story") });
  parts.maps = histories.map((_, arm) => mapFigure(player.armName(arm), arm));
  parts.maps.forEach((part, arm) => player.watch(part, arm));
  parts.difference = histories.length > 1 ? mapFigure(words.say("difference"), -1) : null;
  if (parts.difference) parts.difference.none.textContent = words.say("no_difference");
  parts.charts = player.charts.map((chart) => chartFigure(player, chart));
  parts.tables = make("div", { class: "tables" });
  parts.details = make("details", { ontoggle: () => player.fillTables() }, make("summary", {}, words.say("numbers")), parts.tables);
  parts.tip = make("div", { class: "tip", hidden: true });
  parts.region = make("select", { "data-name": "region", onchange: (event) => { player.pick(Number(event.target.value), -1, 0); } },
    make("option", { value: "-1" }, words.say("region_none")));
  const titles = [...new Set(histories.map(({ header }) => header.title))];
  const problems = player.link.problems.join(", ");
  player.root.replaceChildren(
    make("header", {}, make("h1", {}, titles.map((title) => words.name(title)).join(" / ") || words.say("untitled")), ...player.languageButtons()),
    make("div", { class: "clock", role: "group", "aria-label": words.say("clock") },
      button("reset", () => { player.pause(); player.show(player.firstYear); }),
      button("back", () => player.step(-1)), parts.play, button("forward", () => player.step(1)),
      button("skip", () => { player.show(player.burnIn); player.writeLink(); }),
      parts.slider, parts.now, speed),
    ...(problems ? [make("p", { class: "warning", role: "alert" }, words.say("bad_link", { fields: problems }))] : []),
    make("div", { class: "looks" }, parts.phase, select("layer", LAYERS), select("links", LINKS), make("label", {}, `${words.say("region")} `, parts.region)),
    make("div", { class: "maps" }, ...parts.maps.map((part) => part.box), ...(parts.difference ? [parts.difference.box] : [])),
    parts.legend,
    make("div", { class: "charts" }, ...parts.charts.map((part) => part.box)),
    parts.story, parts.details,
    make("footer", {}, make("button", { type: "button", class: "png", onclick: () => savePicture(player) }, words.say("png")),
      make("button", { type: "button", class: "svg", onclick: () => saveShapes(player) }, words.say("svg")),
      ...histories.map(({ header }, arm) => make("span", {}, `${player.armName(arm)}: ${words.say("seed")} ${header.seed}, ${words.say("state")} `, parts.hashes[arm])),
      make("small", {}, words.say("keys"), player.options.offline ? ` ${words.say("offline")}` : "")),
    parts.tip);
  return parts;
}
