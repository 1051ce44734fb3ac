// The player: plays histories of one run, or of two side by side, with charts, stories and tables. See docs/page.md.

import { CHARTS, drawLines, shown, valuesOf } from "./charts.js";
import { History } from "./history.js";
import { parseLink, writtenLink } from "./link.js";
import { make } from "./make.js";
import { boundOf, classesOf } from "./map.js";
import { legendOf, storyOf, tablesOf } from "./panels.js";
import { buildShell, sign } from "./shell.js";
import { Words, firmLines, mapAlternative, placeLines } from "./story.js";

const LINK_DELAY_MS = 400;

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
    const step = 1000 / this.speed;
    if (now - this.since >= step) {
      this.since = now - this.since > 2 * step ? now : this.since + step;
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

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Let the address say what is shown, once it has stayed for a moment: browsers refuse to write it too often. */
  writeLink() {
    clearTimeout(this.writing);
    this.writing = setTimeout(() => this.writeLinkNow(), LINK_DELAY_MS);
  }

  writeLinkNow() {
    clearTimeout(this.writing);
    if (!this.options.link || !this.histories.length || this.lastYear < 0) return;
    history.replaceState(null, "", writtenLink({ ...this.look, year: this.year, language: this.language }));
  }

  /** Show what a person has written into the address. */
  readLink() {
    if (!this.options.link) return;
    this.link = parseLink(location.hash, Object.keys(this.options.catalogues));
    const { year, layer, links, lang } = this.link.values;
    Object.assign(this.look, { layer: layer ?? this.look.layer, links: links ?? this.look.links });
    this.speak(lang ?? this.language);
    if (year !== undefined) this.seek(year);
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
      const differs = parts.difference.view.drawDifference(histories[0], histories[1], year, this.bound, this.look);
      parts.difference.canvas.setAttribute("aria-label", words.say("difference_alternative", { year }));
      parts.difference.none.hidden = differs;
    }
    parts.slider.max = String(this.endYear);
    parts.slider.min = String(this.firstYear);
    parts.slider.value = String(year);
    parts.slider.setAttribute("aria-valuetext", words.say("year", { year }));
    parts.now.textContent = words.say("year", { year });
    parts.phase.textContent = this.phase();
    if (this.stale) this.drawCharts();
    this.moveCursors();
    parts.story.replaceChildren(...storyOf(this));
    this.root.dataset.year = String(year);
    this.root.dataset.last = String(this.lastYear);
    this.root.dispatchEvent(new CustomEvent("drawn", { detail: { year } }));
  }

  phase() {
    const { words, year, burnIn } = this;
    const values = { year, first: burnIn + 1, burn_in: burnIn, done: year - burnIn, last: this.lastYear, end: this.endYear };
    const parts = [];
    const several = this.histories.length > 1;
    if (burnIn === 0) parts.push(words.say(year === 0 ? "phase_opening" : "phase_since", values));
    else if (year <= burnIn) parts.push(words.say(several ? "phase_past" : "phase_past_one", values));
    else parts.push(words.say(several ? "phase_plan" : "phase_plan_one", values));
    if (this.lastYear < this.endYear) parts.push(words.say("phase_computing", values));
    return parts.join(" ");
  }

  drawCharts() {
    const { words } = this;
    this.stale = false;
    this.charts.forEach((chart, at) => {
      const part = this.parts.charts[at];
      part.series = this.histories.map((history) => valuesOf(history, chart));
      const drawn = drawLines(part.canvas, part.series, this.firstYear, this.endYear, this.burnIn, chart.percent, words.say("year_column"));
      part.across = drawn.across;
      part.empty.hidden = !drawn.empty;
    });
    this.fillTables();
  }

  moveCursors() {
    this.charts.forEach((chart, at) => {
      const part = this.parts.charts[at];
      if (!part.across) return;
      part.cursor.style.left = `${100 * part.across(this.year)}%`;  // of the box, which is another on paper
      part.cursor.hidden = !part.empty.hidden;
      const told = part.series.map((values, arm) => {
        const value = shown(values[this.year - this.histories[arm].firstYear], chart.percent);
        part.values[arm].textContent = value;
        return `${this.armName(arm)}: ${value}`;
      });
      part.canvas.setAttribute("aria-label", this.words.say("chart_alternative", {
        chart: this.chartTitle(chart), year: this.year, values: told.join(", "),
      }));
    });
  }

  chartTitle(chart) {
    return this.words.say(`chart_${chart.name}`, { fork: this.burnIn });
  }

  armName(arm) {
    const { header } = this.histories[arm];
    return this.words.name(header.arm === "run" ? header.layout : header.arm);
  }

  fillTables() {
    if (this.parts.details.open) this.parts.tables.replaceChildren(...tablesOf(this));
  }

  drawLegend() {
    if (this.look.classes && this.parts.legend) this.parts.legend.replaceChildren(...legendOf(this));
  }

  /** Whether the chart of resilience stands beside the others: it says something once a shock is to strike. */
  showResilience(wanted) {
    if (Boolean(this.options.resilience) === wanted) return;
    this.options.resilience = wanted;
    this.build();
  }

  // -- building --------------------------------------------------------------------------------------------

  build() {
    this.charts = CHARTS.filter((chart) => !chart.calm || this.options.resilience);
    this.root.classList.add("player");
    document.documentElement.lang = this.language === "zh" ? "zh-CN" : this.language;
    this.parts = {};
    if (!this.histories.length) {
      this.root.replaceChildren(make("p", { class: "phase", role: "status" }, this.words.say("waiting")));
      return;
    }
    this.parts = buildShell(this);
    this.stale = true;
    this.showButtons();
    this.drawLegend();
    this.schedule();
  }

  /** A button for each other language. */
  languageButtons() {
    const others = Object.keys(this.options.catalogues).filter((one) => one !== this.language);
    return others.map((one) => make("button", { type: "button", class: "language", lang: one === "zh" ? "zh-CN" : one,
      onclick: () => this.speak(one) }, this.options.catalogues[one].texts.language));
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
        " ": () => this.toggle(), ArrowRight: () => this.step(1), ArrowLeft: () => this.step(-1),
        Home: () => this.show(this.firstYear), End: () => this.show(this.lastYear), Escape: () => this.pick(-1, -1, 0),
      };
      if (!acts[event.key]) return;
      event.preventDefault();
      acts[event.key]();
    });
    window.addEventListener("hashchange", () => this.readLink());
    new ResizeObserver(() => { this.stale = true; this.schedule(); }).observe(this.root);
    window.addEventListener("beforeprint", () => { this.stale = true; this.draw(); });
  }
}
