// Words about what is seen: who a firm is and why it is here, what became of it and of a region, what a chart shows.

import { INSTITUTE, SUPPLY } from "./history.js";
import { isLeader, isZombie, originOf, tierOf } from "./map.js";
import { shown } from "./charts.js";

const TIERS = ["sme", "innovative_sme", "specialised_sme", "champion", "leading_firm"];
const ORIGINS = ["initial", "de_novo", "spin_off", "attracted"];

/** Texts of one language: `say(key, {name: value})`, `name(word)` for regions, industries, layouts. */
export class Words {
  constructor(catalogue) {
    this.texts = catalogue.texts;
    this.names = catalogue.names;
  }

  say(key, values = {}) {
    const text = this.texts[key];
    if (text === undefined) throw new Error(`no text for ${key}`);
    return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }

  name(word) {
    return this.names[word] ?? word.replaceAll("_", " ");
  }
}

/** Lines on a firm as it is in a year. */
export function firmLines(history, year, row, words) {
  const frame = history.frame(year);
  const firm = frame.column("firm")[row];
  const state = frame.column("firm_state")[row];
  const cell = frame.column("firm_cell")[row];
  const born = history.firms.born[firm];
  const counts = { suppliers: 0, customers: 0, partners: 0 };
  const { first, second, kind } = history.ties;
  history.eachTie(year, (tie) => {
    const other = kind[tie] !== INSTITUTE && second[tie] === firm;
    if (first[tie] !== firm && !other) return;
    if (kind[tie] !== SUPPLY) counts.partners += 1;
    else if (other) counts.customers += 1;
    else counts.suppliers += 1;
  });
  const rent = Math.exp(frame.value("cell_rent", cell));
  const region = history.ground.region[cell];
  const industry = history.firms.industry[firm];
  const local = region * history.ground.industries.length + industry;
  const lines = [
    words.say("firm_who", {
      tier: words.say(`tier_${TIERS[tierOf(state)]}`), industry: words.name(history.ground.industries[industry]),
      region: words.name(history.ground.regions[region]),
    }),
    words.say("firm_born", { origin: words.say(`origin_${ORIGINS[originOf(state)]}`), born, age: Math.max(0, year - born) }),
    words.say("firm_state", {
      margin: shown(frame.value("firm_margin", row), true), used: shown(frame.value("firm_utilisation", row), true),
    }),
    words.say("firm_links", counts),
    words.say("firm_why", {
      premium: shown(Math.expm1(frame.value("firm_premium", row)), true), rent: shown(rent),
      prospect: shown(frame.value("local_prospect", local), true),
    }),
  ];
  if (isZombie(state)) lines.push(words.say("firm_zombie"));
  return lines;
}

/** Lines on a place. */
export function placeLines(history, year, cell, words) {
  const frame = history.frame(year);
  const { ground } = history;
  const leading = frame.column("cell_leading")[cell];
  return [
    words.name(ground.regions[ground.region[cell]]),
    ...(ground.industries[leading] === undefined
      ? [words.say("place_empty")]
      : [words.say("place_leading", {
        industry: words.name(ground.industries[leading]), share: shown(frame.value("cell_share", cell), true),
      })]),
    words.say("place_work", {
      workers: shown(frame.value("cell_employment", cell)), rent: shown(Math.exp(frame.value("cell_rent", cell))),
    }),
  ];
}

/** What became of a firm, year by year where something happened. */
export function firmStory(history, firm, words) {
  const told = [];
  let [tier, cell, last] = [-1, -1, -1];
  for (const frame of history.frames) {
    const row = history.rowsOf(frame.year)[firm];
    if (row === undefined || row < 0) continue;
    const state = frame.column("firm_state")[row];
    const place = frame.column("firm_cell")[row];
    if (tier < 0) told.push(words.say("story_seen", { year: frame.year, tier: words.say(`tier_${TIERS[tierOf(state)]}`) }));
    else if (tierOf(state) !== tier) {
      const key = tierOf(state) > tier ? "story_up" : "story_down";
      told.push(words.say(key, { year: frame.year, tier: words.say(`tier_${TIERS[tierOf(state)]}`) }));
    }
    if (cell >= 0 && place !== cell) {
      told.push(words.say("story_moved", { year: frame.year, region: words.name(history.ground.regions[history.ground.region[place]]) }));
    }
    [tier, cell, last] = [tierOf(state), place, frame.year];
  }
  if (last >= 0 && last < history.lastYear) told.push(words.say("story_closed", { year: last + 1 }));
  return told;
}

/** What a region is in a year: rows of a table, name and value. */
export function regionRows(history, year, region, words) {
  const frame = history.frame(year);
  const { ground } = history;
  const count = ground.industries.length;
  const sizes = ground.industries.map((_, industry) => frame.value("local_employment", region * count + industry));
  const plans = ground.industries.map((_, industry) => frame.value("local_promoted", region * count + industry));
  const ranked = (values, least) => ground.industries
    .map((name, industry) => [name, values[industry]])
    .filter(([, value]) => value > least)
    .sort((one, other) => other[1] - one[1])
    .slice(0, 3)
    .map(([name]) => words.name(name))
    .join(", ") || "–";
  const of = (name) => {
    const value = frame.series[name];
    return value && value[region] !== null ? value[region] : NaN;
  };
  return [
    [words.say("region_industries"), ranked(sizes, 0)],
    [words.say("region_plan"), ranked(plans, 0.02)],
    [words.say("region_firms"), shown(of("region_firms"))],
    [words.say("region_workers"), shown(of("region_employment"))],
    [words.say("region_used"), shown(of("region_utilisation"), true)],
    [words.say("region_income"), shown(of("region_real_income_per_head"))],
  ];
}

/** A sentence on a map for those who do not see it. */
export function mapAlternative(history, year, words) {
  const frame = history.frame(year);
  const { ground } = history;
  const firms = frame.column("firm_state");
  const sizes = frame.series.region_employment || [];
  const largest = sizes
    .map((value, region) => [ground.regions[region], value])
    .sort((one, other) => other[1] - one[1])
    .slice(0, 3)
    .map(([name]) => words.name(name));
  return words.say("map_alternative", {
    year, firms: firms.length, leaders: firms.reduce((sum, state) => sum + (isLeader(state) ? 1 : 0), 0),
    regions: largest.join(", "),
  });
}
