// What stands beside and below the maps: the legend, the story of a firm or a region, the numbers behind the charts.

import { csvOf, shown, tableOf } from "./charts.js";
import { make } from "./make.js";
import { CLASS_COLOURS, SCALES, SIDE_COLOURS } from "./map.js";
import { download } from "./pictures.js";
import { firmLines, firmStory, regionRows } from "./story.js";

/** A table of each chart, with a button that saves it as CSV. */
export function tablesOf(player) {
  const { words, histories } = player;
  return player.charts.map((chart) => {
    const rows = tableOf(histories, chart);
    const title = player.chartTitle(chart);
    const head = [words.say("year_column"), ...histories.map((_, arm) => player.armName(arm))];
    const cells = (tag, row) => make("tr", {}, ...row.map((cell, at) => make(tag, tag === "th" ? { scope: "col" } : {}, typeof cell === "number" && at > 0 ? shown(cell, chart.percent) : String(cell))));
    return make("div", { class: "table", tabindex: "0", role: "region", "aria-label": title },
      make("table", {}, make("caption", {}, title, make("small", {}, words.say(`help_${chart.name}`))), make("thead", {}, cells("th", head)), make("tbody", {}, ...rows.map((row) => cells("td", row)))),
      make("button", { type: "button", onclick: () => download(`${chart.name}.csv`, new Blob([csvOf(head, rows)], { type: "text/csv" })) }, words.say("csv")));
  });
}

/** What became of the firm or the region that is followed, up to the year that is shown. */
export function storyOf(player) {
  const { words, look, histories, year } = player;
  const list = (lines) => make("ul", {}, ...lines.map((line) => make("li", {}, line)));
  const history = histories[look.arm];
  if (look.firm >= 0 && history) {
    const row = history.rowsOf(year)[look.firm];
    const now = row >= 0 ? firmLines(history, year, row, words) : [words.say("firm_gone", { year })];
    return [make("h2", {}, words.say("story_firm", { arm: player.armName(look.arm) })), list(now), make("h3", {}, words.say("story_years")), list(firmStory(history, look.firm, words))];
  }
  if (look.region < 0) return [make("p", {}, words.say("story_none"))];
  const rows = histories.map((one) => regionRows(one, year, look.region, words));
  return [
    make("h2", {}, words.say("story_region", { region: words.name(histories[0].ground.regions[look.region]), year })),
    make("table", {}, make("thead", {}, make("tr", {}, make("td", {}), ...histories.map((_, arm) => make("th", { scope: "col" }, player.armName(arm))))),
      make("tbody", {}, ...rows[0].map(([name], at) => make("tr", {}, make("th", { scope: "row" }, name), ...rows.map((own) => make("td", {}, own[at][1])))))),
  ];
}

/** From pale to deep: what the colour of a place says where it is not its leading industry. */
function scaleOf({ words, look }) {
  if (!SCALES[look.layer]) return [];
  return [make("span", { class: "key scale" }, words.say("scale_low", { what: words.say(`layer_${look.layer}`) }),
    ...SCALES[look.layer].map((colour) => make("i", { style: `background:${colour}` })), words.say("scale_high"))];
}

/** What colours and marks stand for. */
export function legendOf(player) {
  const { words, look } = player;
  const patch = (colour, text) => make("span", { class: "key" }, make("i", { style: `background:${colour}` }), text);
  const patches = look.classes.names.map((name, at) => patch(CLASS_COLOURS[at], name === null ? words.say("others") : words.name(name)));
  const marks = ["leader", "small", "institute"].map((kind) => make("span", { class: "key" }, make("i", { class: `mark-${kind}` }), words.say(`mark_${kind}`)));
  const sides = player.histories.length > 1 ? SIDE_COLOURS.map((colour, arm) => patch(colour, words.say("more_in", { arm: player.armName(arm) }))) : [];
  return [...patches, ...marks, ...scaleOf(player), ...sides];
}
