// The player: plays histories of one run, or of two side by side, with charts, stories and tables. See docs/page.md.

import { CHARTS, csvOf, drawLines, shown, tableOf, valuesOf } from "./charts.js";
import { History } from "./history.js";
import { make } from "./make.js";
import { CLASS_COLOURS, MapView, SIDE_COLOURS, boundOf, classesOf } from "./map.js";
import { SvgCanvas, sheetOf } from "./svg.js";
import { Words, firmLines, firmStory, mapAlternative, placeLines, regionRows } from "./story.js";

const SPEEDS = [1, 2, 4, 8, 16];
const LAYERS = ["industry", "density", "rent"];
const LINKS = ["none", "supply", "cooperation"];
export const LINK_VERSION = 1;

const SIGNS = {
  play: "M4 2l10 6-10 6z", pause: "M4 2h3v12H4zM9 2h3v12H9z", back: "M11 2L3 8l8 6z", forward: "M5 2l8 6-8 6z",
  reset: "M3 2h2v12H3zM14 2L6 8l8 6z", skip: "M2 2l8 6-8 6zM11 2h2v12h-2z",
};

/** The sign on a button: drawn, since not every font has it. */
function sign(name) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of [["viewBox", "0 0 16 16"], ["width", "16"], ["height", "16"], ["aria-hidden", "true"]]) picture.setAttribute(key, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SIGNS[name]);
  path.setAttribute("fill", "currentColor");
  picture.append(path);
  return picture;
}

/** Fields of a link, each checked by itself: {values, problems}, problems by the name of the bad field. */
export function parseLink(text, languages) {
  const values = {};
  const problems = [];
  const known = { year: /^\d{1,4}$/, layer: LAYERS, links: LINKS, lang: languages, v: [String(LINK_VERSION)] };
  for (const part of text.replace(/^#/, "").split("&")) {
    if (!part) continue;
    const [name, value = ""] = part.split("=", 2);
    const allowed = Object.hasOwn(known, name) ? known[name] : null;
    if (!allowed) problems.push(name.slice(0, 20));
    else if (allowed instanceof RegExp ? !allowed.test(value) : !allowed.includes(value)) problems.push(name);
    else values[name] = name === "year" ? Number(value) : value;
  }
  return { values, problems };
}

/** Hand `blob` to the person as a file. */
function download(name, blob) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export class Player {
  /** `options`: catalogues {language: {texts, names}}, language, link (whether the address carries the state). */
  constructor(root, options) {
    this.root = root;
    this.options = options;
    const link = options.link ? parseLink(location.hash, Object.keys(options.catalogues)) : { values: {}, problems: [] };
    this.link = link;
    this.language = link.values.lang ?? options.language;
    this.words = new Words(options.catalogues[this.language]);
    this.histories = [];
    this.year = 0;
    this.wanted = link.values.year ?? null;
    this.playing = false;
    this.speed = 4;
    this.look = { layer: link.values.layer ?? "industry", links: link.values.links ?? "none", region: -1, firm: -1, arm: 0, fullest: 1, classes: null };
    this.bound = 1;
    this.charts = CHARTS.filter((chart) => !chart.calm || options.resilience);
    this.build();
    this.listen();
  }

  // -- what it plays ---------------------------------------------------------------------------------------

  /** Play runs with these headers (one or two); their frames follow by `add`. Keeps the year that is shown. */
  setRuns(headers) {
    this.histories = headers.slice(0, 2).map((header) => new History(header));
    this.look.classes = null;
    this.build();
  }

  /** Take a frame of a run. */
  add(arm, bytes) {
    const history = this.histories[arm];
    const frame = history.add(bytes);
    if (!this.look.classes) {
      this.look.classes = classesOf(history);
      this.look.fullest = 1;
      this.drawLegend();
    }
    for (let cell = 0; cell < history.ground.column.length; cell += 1) {
      const workers = frame.value("cell_employment", cell);
      if (workers > this.look.fullest) this.look.fullest = workers;
    }
    this.stale = true;
    this.schedule();
  }

  /** Forget what a run did after `year`: its further years arrive anew, under another header if one is given. */
  cut(arm, year, header) {
    this.histories[arm].cut(year);
    this.histories[arm].calm = null;
    if (header) this.histories[arm].header = header;
    if (this.year > this.lastYear) this.year = Math.max(this.firstYear, this.lastYear);
    this.stale = true;
    this.schedule();
  }

  /** What real income (ln) would be without the shocks of a run, year by year from its first. */
  setCalm(arm, values) {
    this.histories[arm].calm = values;
    this.stale = true;
    this.schedule();
  }

  /** Show a year as soon as it is there. */
  seek(year) {
    if (year > this.lastYear) this.wanted = year;
    else this.show(year);
  }

  get firstYear() {
    return Math.max(0, ...this.histories.map((history) => history.firstYear));
  }

  /** The last year that all runs have. */
  get lastYear() {
    return Math.min(...this.histories.map((history) => history.lastYear));
  }

  get endYear() {
    return Math.max(...this.histories.map(({ header }) => header.burn_in + header.treatment));
  }

  get burnIn() {
    return this.histories[0].header.burn_in;
  }

  // -- moving ----------------------------------------------------------------------------------------------

  show(year) {
    this.year = Math.max(this.firstYear, Math.min(this.lastYear, year));
    this.wanted = null;
    this.schedule();
  }

  play() {
    if (this.year >= this.lastYear && this.lastYear >= this.endYear) this.year = this.firstYear;
    this.playing = true;
    this.since = performance.now();
    requestAnimationFrame((now) => this.tick(now));
    this.showButtons();
  }

  pause() {
    this.playing = false;
    this.showButtons();
    this.writeLink();
  }

  /** One year on when its time has come: a page that slept goes on from the year that it showed. */
  tick(now) {
    if (!this.playing) return;
    if (now - this.since >= 1000 / this.speed) {
      this.since = Math.max(this.since + 1000 / this.speed, now - 1000 / this.speed);
      if (this.year < this.lastYear) {
        this.year += 1;
        this.draw();
      } else if (this.lastYear >= this.endYear) {
        this.pause();
        return;
      }
    }
    requestAnimationFrame((later) => this.tick(later));
  }

  schedule() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  writeLink() {
    if (!this.options.link || !this.histories.length || this.lastYear < 0) return;
    const { layer, links } = this.look;
    history.replaceState(null, "", `#v=${LINK_VERSION}&year=${this.year}&layer=${layer}&links=${links}&lang=${this.language}`);
  }

  // -- drawing ---------------------------------------------------------------------------------------------

  draw() {
    const { histories, words, parts } = this;
    if (!histories.length || !parts.maps || this.lastYear < this.firstYear) return;
    if (this.wanted !== null && this.wanted <= this.lastYear) this.show(this.wanted);
    this.year = Math.max(this.firstYear, Math.min(this.lastYear, this.year));
    const { year } = this;
    histories.forEach((history, arm) => {
      const look = { ...this.look, firm: this.look.arm === arm ? this.look.firm : -1 };
      parts.maps[arm].view.draw(history, year, look);
      parts.maps[arm].canvas.setAttribute("aria-label", mapAlternative(history, year, words));
      parts.hashes[arm].textContent = history.frame(year).hash;
    });
    if (parts.difference) {
      if (this.stale) this.bound = boundOf(histories[0], histories[1], this.firstYear, this.lastYear);
      parts.difference.view.drawDifference(histories[0], histories[1], year, this.bound, this.look);
      parts.difference.canvas.setAttribute("aria-label", words.say("difference_alternative", { year }));
    }
    parts.slider.max = String(this.endYear);
    parts.slider.min = String(this.firstYear);
    parts.slider.value = String(year);
    parts.slider.setAttribute("aria-valuetext", words.say("year", { year }));
    parts.now.textContent = words.say("year", { year });
    parts.phase.textContent = this.phase();
    if (this.stale) this.drawCharts();
    this.moveCursors();
    this.tellStory();
    this.root.dataset.year = String(year);
    this.root.dataset.last = String(this.lastYear);
    this.root.dispatchEvent(new CustomEvent("drawn", { detail: { year } }));
  }

  phase() {
    const { words, year, burnIn } = this;
    const values = { year, first: burnIn + 1, burn_in: burnIn, done: year - burnIn, last: this.lastYear, end: this.endYear };
    const parts = [];
    const several = this.histories.length > 1;
    if (year <= burnIn && burnIn > 0) parts.push(words.say(several ? "phase_past" : "phase_past_one", values));
    else parts.push(words.say(several ? "phase_plan" : "phase_plan_one", values));
    if (this.lastYear < this.endYear) parts.push(words.say("phase_computing", values));
    return parts.join(" ");
  }

  drawCharts() {
    this.stale = false;
    this.charts.forEach((chart, at) => {
      const part = this.parts.charts[at];
      part.series = this.histories.map((history) => valuesOf(history, chart));
      const drawn = drawLines(part.canvas, part.series, this.firstYear, this.endYear, this.burnIn, chart.percent);
      part.across = drawn.across;
      part.empty.hidden = !drawn.empty;
    });
    this.fillTables();
  }

  moveCursors() {
    this.charts.forEach((chart, at) => {
      const part = this.parts.charts[at];
      if (!part.across) return;
      part.cursor.style.transform = `translateX(${part.across(this.year)}px)`;
      const told = part.series.map((values, arm) => {
        const value = shown(values[this.year - this.histories[arm].firstYear], chart.percent);
        part.values[arm].textContent = value;
        return `${this.armName(arm)}: ${value}`;
      });
      part.canvas.setAttribute("aria-label", this.words.say("chart_alternative", {
        chart: this.words.say(`chart_${chart.name}`), year: this.year, values: told.join(", "),
      }));
    });
  }

  armName(arm) {
    const { header } = this.histories[arm];
    return this.words.name(header.arm === "run" ? header.layout : header.arm);
  }

  fillTables() {
    if (!this.parts.details.open) return;
    this.parts.tables.replaceChildren(...this.charts.map((chart) => {
      const rows = tableOf(this.histories, chart);
      const head = [this.words.say("year_column"), ...this.histories.map((_, arm) => this.armName(arm))];
      const cells = (tag, row) => make("tr", {}, ...row.map((cell, at) => make(tag, tag === "th" ? { scope: "col" } : {}, typeof cell === "number" && at > 0 ? shown(cell, chart.percent) : String(cell))));
      return make("div", { class: "table", tabindex: "0", role: "region", "aria-label": this.words.say(`chart_${chart.name}`) },
        make("table", {}, make("caption", {}, this.words.say(`chart_${chart.name}`)),
          make("thead", {}, cells("th", head)), make("tbody", {}, ...rows.map((row) => cells("td", row)))),
        make("button", { type: "button", onclick: () => download(`${chart.name}.csv`, new Blob([csvOf(head, rows)], { type: "text/csv" })) }, this.words.say("csv")));
    }));
  }

  tellStory() {
    const { words, look, histories, parts, year } = this;
    const history = histories[look.arm];
    if (look.firm >= 0 && history) {
      const row = history.rowsOf(year)[look.firm];
      const now = row >= 0 ? firmLines(history, year, row, words) : [words.say("firm_gone", { year })];
      parts.story.replaceChildren(
        make("h2", {}, words.say("story_firm", { arm: this.armName(look.arm) })),
        make("ul", {}, ...now.map((line) => make("li", {}, line))),
        make("h3", {}, words.say("story_years")),
        make("ul", {}, ...firmStory(history, look.firm, words).map((line) => make("li", {}, line))));
    } else if (look.region >= 0) {
      const rows = histories.map((one) => regionRows(one, year, look.region, words));
      parts.story.replaceChildren(
        make("h2", {}, words.say("story_region", { region: words.name(histories[0].ground.regions[look.region]), year })),
        make("table", {}, make("thead", {}, make("tr", {}, make("td", {}), ...histories.map((_, arm) => make("th", { scope: "col" }, this.armName(arm))))),
          make("tbody", {}, ...rows[0].map(([name], at) => make("tr", {}, make("th", { scope: "row" }, name), ...rows.map((own) => make("td", {}, own[at][1])))))));
    } else parts.story.replaceChildren(make("p", {}, words.say("story_none")));
  }

  drawLegend() {
    const { words, look, parts } = this;
    if (!look.classes || !parts.legend) return;
    const patches = look.classes.names.map((name, at) => make("span", { class: "key" },
      make("i", { style: `background:${CLASS_COLOURS[at]}` }), name === null ? words.say("others") : words.name(name)));
    const marks = ["leader", "small", "institute"].map((kind) => make("span", { class: "key" }, make("i", { class: `mark-${kind}` }), words.say(`mark_${kind}`)));
    const sides = parts.difference ? SIDE_COLOURS.map((colour, arm) => make("span", { class: "key" }, make("i", { style: `background:${colour}` }), words.say("more_in", { arm: this.armName(arm) }))) : [];
    parts.legend.replaceChildren(...patches, ...marks, ...sides);
  }

  // -- building --------------------------------------------------------------------------------------------

  build() {
    const { words, root } = this;
    root.classList.add("player");
    document.documentElement.lang = this.language === "zh" ? "zh-CN" : this.language;
    this.parts = {};
    const { parts } = this;
    if (!this.histories.length) {
      root.replaceChildren(make("p", { class: "phase", role: "status" }, words.say("waiting")));
      return;
    }
    const select = (name, choices) => make("label", {}, `${words.say(name)} `, make("select", {
      "data-name": name, onchange: (event) => { this.look[name] = event.target.value; this.writeLink(); this.schedule(); },
    }, ...choices.map((choice) => make("option", { value: choice, selected: this.look[name] === choice }, words.say(`${name}_${choice}`)))));
    const button = (name, act) => make("button", { type: "button", class: name, "aria-label": words.say(name), title: words.say(name), onclick: act }, sign(name));
    parts.play = button("play", () => (this.playing ? this.pause() : this.play()));
    parts.slider = make("input", { type: "range", class: "years", min: "0", max: "60", step: "1", "aria-label": words.say("slider"),
      oninput: (event) => { this.show(Number(event.target.value)); }, onchange: () => this.writeLink() });
    parts.now = make("output", { class: "now" });
    parts.phase = make("p", { class: "phase", role: "status", "aria-live": "off" });
    const speed = make("label", {}, `${words.say("speed")} `, make("select", { "data-name": "speed", onchange: (event) => { this.speed = Number(event.target.value); } },
      ...SPEEDS.map((one) => make("option", { value: String(one), selected: one === this.speed }, words.say("speed_years", { years: one })))));
    parts.hashes = this.histories.map(() => make("code", { class: "hash" }));
    parts.legend = make("p", { class: "legend" });
    parts.story = make("section", { class: "story", "aria-label": words.say("story") });
    const figure = (title, arm) => {
      const canvas = make("canvas", { role: "img", class: "map", "aria-label": title });
      const part = { canvas, view: new MapView(canvas), box: make("figure", { class: arm < 0 ? "difference" : `arm arm-${arm}` }, make("figcaption", { title }, ...(arm < 0 ? [] : [make("i", { class: "stroke" })]), title), canvas) };
      if (arm >= 0) this.watch(part, arm);
      return part;
    };
    parts.maps = this.histories.map((_, arm) => figure(this.armName(arm), arm));
    parts.difference = this.histories.length > 1 ? figure(words.say("difference"), -1) : null;
    parts.charts = this.charts.map((chart) => this.buildChart(chart));
    parts.tables = make("div", { class: "tables" });
    parts.details = make("details", { ontoggle: () => this.fillTables() }, make("summary", {}, words.say("numbers")), parts.tables);
    parts.tip = make("div", { class: "tip", hidden: true });
    const region = make("select", { "data-name": "region", onchange: (event) => { this.pick(Number(event.target.value), -1, 0); } },
      make("option", { value: "-1" }, words.say("region_none")));
    parts.region = region;
    const titles = [...new Set(this.histories.map(({ header }) => header.title))];
    root.replaceChildren(
      make("header", {}, make("h1", {}, titles.map((title) => words.name(title)).join(" / ") || words.say("untitled")), ...this.languageButtons()),
      make("div", { class: "clock", role: "group", "aria-label": words.say("clock") },
        button("reset", () => { this.pause(); this.show(this.firstYear); this.writeLink(); }),
        button("back", () => this.step(-1)), parts.play, button("forward", () => this.step(1)),
        button("skip", () => { this.show(this.burnIn); this.writeLink(); }),
        parts.slider, parts.now, speed),
      make("div", { class: "looks" }, parts.phase, select("layer", LAYERS), select("links", LINKS), make("label", {}, `${words.say("region")} `, region)),
      make("div", { class: "maps" }, ...parts.maps.map((part) => part.box), ...(parts.difference ? [parts.difference.box] : [])),
      parts.legend,
      make("div", { class: "charts" }, ...parts.charts.map((part) => part.box)),
      parts.story, parts.details,
      make("footer", {}, make("button", { type: "button", class: "png", onclick: () => this.savePicture() }, words.say("png")),
        make("button", { type: "button", class: "svg", onclick: () => this.saveShapes() }, words.say("svg")),
        ...this.histories.map(({ header }, arm) => make("span", {}, `${this.armName(arm)}: ${words.say("seed")} ${header.seed}, ${words.say("state")} `, parts.hashes[arm])),
        make("small", {}, words.say("keys"), this.options.offline ? ` ${words.say("offline")}` : "")),
      parts.tip);
    if (this.link.problems.length) parts.phase.parentElement.before(make("p", { class: "warning", role: "alert" }, words.say("bad_link", { fields: this.link.problems.join(", ") })));
    this.stale = true;
    this.drawLegend();
    this.schedule();
  }

  /** A button for each other language. */
  languageButtons() {
    const others = Object.keys(this.options.catalogues).filter((one) => one !== this.language);
    return others.map((one) => make("button", { type: "button", class: "language", lang: one === "zh" ? "zh-CN" : one,
      onclick: () => this.speak(one) }, this.options.catalogues[one].texts.language));
  }

  buildChart(chart) {
    const { words } = this;
    const canvas = make("canvas", { role: "img", class: "chart", "aria-label": words.say(`chart_${chart.name}`) });
    const cursor = make("i", { class: "cursor" });
    const empty = make("p", { class: "empty", hidden: true }, chart.calm ? words.say("empty_calm") : words.say("empty"));
    const values = this.histories.map((_, arm) => make("b", { class: `arm-${arm}` }));
    return { canvas, cursor, empty, values, series: [], across: null,
      box: make("figure", { class: "line" }, make("figcaption", { title: words.say(`help_${chart.name}`) }, words.say(`chart_${chart.name}`), make("span", { class: "values" }, ...values.map((value, arm) => make("span", { class: `arm-${arm}` }, make("i", { class: "stroke" }), value)))),
        make("div", { class: "plot" }, canvas, cursor, empty)) };
  }

  speak(language) {
    this.language = language;
    this.words = new Words(this.options.catalogues[language]);
    this.build();
    this.fillRegions();
    this.writeLink();
    this.root.querySelector(".language")?.focus();
    this.root.dispatchEvent(new CustomEvent("language", { detail: { language } }));
  }

  fillRegions() {
    const { region } = this.parts;
    const ground = this.histories[0]?.ground;
    if (!region || !ground || region.options.length > 1) return;
    ground.regions.forEach((name, at) => region.append(make("option", { value: String(at), selected: at === this.look.region }, this.words.name(name))));
  }

  showButtons() {
    const { play } = this.parts;
    if (!play) return;
    const name = this.playing ? "pause" : "play";
    play.replaceChildren(sign(name));
    play.setAttribute("aria-label", this.words.say(name));
    play.title = this.words.say(name);
  }

  step(by) {
    this.pause();
    this.show(this.year + by);
    this.writeLink();
  }

  /** Follow a region (by row), or a firm of an arm (by number); -1 for none. */
  pick(region, firm, arm) {
    Object.assign(this.look, { region, firm, arm });
    if (this.parts.region) this.parts.region.value = String(region);
    this.schedule();
  }

  watch(part, arm) {
    const found = (event) => {
      const history = this.histories[arm];
      return history && history.frames.length ? part.view.at(history, event.clientX, event.clientY) : null;
    };
    part.canvas.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      const under = found(event);
      const { tip } = this.parts;
      tip.hidden = !under;
      if (!under) return;
      const history = this.histories[arm];
      const lines = under.row >= 0 ? firmLines(history, this.year, under.row, this.words) : placeLines(history, this.year, under.cell, this.words);
      tip.replaceChildren(...lines.map((line) => make("div", {}, line)));
      tip.style.left = `${Math.min(event.clientX + 14, window.innerWidth - 300)}px`;
      tip.style.top = `${Math.min(event.clientY + 14, window.innerHeight - 150)}px`;
    });
    part.canvas.addEventListener("pointerleave", () => { this.parts.tip.hidden = true; });
    part.canvas.addEventListener("click", (event) => {
      const under = found(event);
      if (!under) return;
      const history = this.histories[arm];
      const firm = under.row >= 0 ? history.frame(this.year).column("firm")[under.row] : -1;
      this.pick(history.ground.region[under.cell], firm, arm);
    });
  }

  listen() {
    this.root.addEventListener("drawn", () => this.fillRegions());
    document.addEventListener("keydown", (event) => {
      const busy = event.key === " " ? "input, select, textarea, button, summary, a" : "input, select, textarea";
      if (event.target.closest?.(busy) && event.key !== "Escape") return;
      if (event.ctrlKey || event.metaKey || event.altKey || !this.histories.length) return;
      const acts = {
        " ": () => (this.playing ? this.pause() : this.play()), ArrowRight: () => this.step(1), ArrowLeft: () => this.step(-1),
        Home: () => this.show(this.firstYear), End: () => this.show(this.lastYear), Escape: () => this.pick(-1, -1, 0),
      };
      if (!acts[event.key]) return;
      event.preventDefault();
      acts[event.key]();
    });
    new ResizeObserver(() => { this.stale = true; this.schedule(); }).observe(this.root);
    window.addEventListener("beforeprint", () => { this.stale = true; this.draw(); });
  }

  /** Maps, charts and legend of the year as shapes, sharp at any size. */
  saveShapes() {
    const { histories, words, year, parts, look } = this;
    const fake = (canvas) => new SvgCanvas(canvas.getBoundingClientRect());
    const maps = histories.map((history, arm) => {
      const drawn = fake(parts.maps[arm].canvas);
      new MapView(drawn).draw(history, year, { ...look, firm: look.arm === arm ? look.firm : -1 });
      return { title: this.armName(arm), drawn };
    });
    if (parts.difference) {
      const drawn = fake(parts.difference.canvas);
      new MapView(drawn).drawDifference(histories[0], histories[1], year, this.bound, look);
      maps.push({ title: words.say("difference"), drawn });
    }
    const charts = this.charts.map((chart, at) => {
      const drawn = fake(parts.charts[at].canvas);
      drawLines(drawn, parts.charts[at].series, this.firstYear, this.endYear, this.burnIn, chart.percent);
      const values = histories.map((history, arm) => shown(parts.charts[at].series[arm][year - history.firstYear], chart.percent));
      return { title: `${words.say(`chart_${chart.name}`)}: ${values.join(" / ")}`, drawn };
    });
    const legend = look.classes.names.map((name, at) => ({ colour: CLASS_COLOURS[at], text: name === null ? words.say("others") : words.name(name) }));
    const title = `${this.root.querySelector("h1").textContent} · ${words.say("year", { year })}`;
    const half = Math.ceil(charts.length / 2);
    download(`year-${year}.svg`, new Blob([sheetOf(title, [maps, charts.slice(0, half), charts.slice(half)], legend)], { type: "image/svg+xml" }));
  }

  /** Maps and charts of the year as one picture. */
  savePicture() {
    const canvases = [...this.root.querySelectorAll("canvas")];
    const rows = [canvases.filter((one) => one.classList.contains("map")), canvases.filter((one) => one.classList.contains("chart"))];
    const [width, line] = [1600, 44];
    const heights = rows.map((row) => Math.max(...row.map((one) => (one.height / one.width) * (width / row.length))));
    const sheet = make("canvas");
    sheet.width = width;
    sheet.height = Math.round(line * 3 + heights[0] + heights[1]);
    const context = sheet.getContext("2d");
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, sheet.width, sheet.height);
    context.fillStyle = "#111111";
    context.font = "26px system-ui, sans-serif";
    context.fillText(`${this.root.querySelector("h1").textContent} · ${this.words.say("year", { year: this.year })}`, 12, 32);
    let top = line;
    rows.forEach((row, at) => {
      context.font = "18px system-ui, sans-serif";
      row.forEach((one, place) => {
        const x = (place * width) / row.length;
        context.fillText(one.closest("figure").querySelector("figcaption").textContent, x + 12, top + 26, width / row.length - 20);
        context.drawImage(one, x, top + 36, width / row.length, (one.height / one.width) * (width / row.length));
      });
      top += heights[at] + line;
    });
    sheet.toBlob((blob) => download(`year-${this.year}.png`, blob), "image/png");
  }
}

/** The player of a standalone page: everything stands in the page, packed with gzip. */
export async function replay(root, options, packed) {
  const player = new Player(root, { ...options, link: true, offline: true });
  const bytes = Uint8Array.from(atob(packed.frames.trim()), (letter) => letter.charCodeAt(0));
  const content = new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
  const starts = [];
  for (let at = 0; at < content.length;) {
    const length = new DataView(content.buffer).getUint32(at, true);
    starts.push([at + 4, at + 4 + length]);
    at += 4 + length;
  }
  player.setRuns(packed.runs.map((run) => run.header));
  packed.runs.forEach((run, arm) => run.frames.forEach((frame) => player.add(arm, content.slice(...starts[frame]))));
  return player;
}
