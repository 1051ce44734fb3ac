// A plan of one's own: a board of regions and industries to paint with pointer or keys, and what it comes to.

import { ask, follow, make, progressLine, resultRows, sendFile } from "/dom.js";

const HIGHEST = 9;
const FEW = 12;  // industries whose names stand level where the window is wide

/** Rows of digits from the word that the address carries. */
export function readPlan(text, regions, industries) {
  const rows = text ? text.split(".") : [];
  return regions.map((_, region) => industries.map((__, industry) => Number(rows[region]?.[industry] ?? 0)));
}

/** The word for rows of digits. */
export function writePlan(weights) {
  return weights.map((row) => row.join("").replace(/0+$/, "")).join(".").replace(/\.+$/, "");
}

export class Board {
  /** `page` as for a lesson, with openPlan(word) besides. */
  constructor(page, told) {
    this.page = page;
    this.regions = told.board.regions;
    this.industries = told.board.industries;
    this.weights = readPlan(told.board.plan, this.regions, this.industries);
    this.brush = 1;
    this.painting = null;
    this.result = null;
    this.open = true;
    this.stop = () => { this.painting = null; };
    document.addEventListener("pointerup", this.stop);
  }

  close() {
    this.open = false;
    document.removeEventListener("pointerup", this.stop);
  }

  get plan() {
    return writePlan(this.weights);
  }

  // -- painting --------------------------------------------------------------------------------------------

  set(region, industry, weight) {
    this.weights[region][industry] = weight;
    const cell = this.cells[region][industry];
    cell.textContent = weight ? String(weight) : "";
    cell.dataset.weight = String(weight);
    cell.setAttribute("aria-label", this.told(region, industry));
    this.tellTotals();
  }

  told(region, industry) {
    const { words } = this.page;
    return words.say("board_cell", { region: words.name(this.regions[region]), industry: words.name(this.industries[industry]), weight: this.weights[region][industry] });
  }

  tellTotals() {
    const { words } = this.page;
    this.totals.forEach((total, industry) => {
      total.textContent = String(this.weights.filter((row) => row[industry] > 0).length);
    });
    const empty = this.weights.filter((row) => !row.some((weight) => weight)).length;
    this.note.textContent = empty ? words.say("board_empty", { empty }) : "";
    this.runs.disabled = empty === this.regions.length;
    this.save.hidden = empty === this.regions.length;
    this.save.href = `/${this.page.session}/board/${this.plan}`;
  }

  press(event, region, industry) {
    if (event.button !== 0) return;
    const weight = this.weights[region][industry] === this.brush ? 0 : this.brush;
    this.set(region, industry, weight);
    if (event.pointerType !== "touch") this.painting = weight;
    event.target.releasePointerCapture?.(event.pointerId);
  }

  key(event, region, industry) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -this.industries.length], End: [0, this.industries.length] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (moves[event.key]) {
      const [down, right] = moves[event.key];
      const within = (at, count) => Math.max(0, Math.min(count - 1, at));
      this.focus(within(region + down, this.regions.length), within(industry + right, this.industries.length));
    } else if (/^\d$/.test(event.key)) this.set(region, industry, Number(event.key));
    else if (event.key === " " || event.key === "Enter") this.set(region, industry, this.weights[region][industry] ? 0 : this.brush);
    else if (event.key === "Delete" || event.key === "Backspace") this.set(region, industry, 0);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  focus(region, industry) {
    this.cells.flat().forEach((cell) => cell.setAttribute("tabindex", "-1"));
    this.cells[region][industry].setAttribute("tabindex", "0");
    this.cells[region][industry].focus();
  }

  fill(weights) {
    weights.forEach((row, region) => row.forEach((weight, industry) => this.set(region, industry, weight)));
  }

  /** What a layout of the present runs promotes, in digits: the largest share of a region is worth the most. */
  planOf(arm) {
    const history = this.page.player.histories[arm];
    const frame = history?.frame(history.header.burn_in + 1);
    if (!frame) return null;
    const count = this.industries.length;
    return this.regions.map((_, region) => {
      const shares = this.industries.map((__, industry) => frame.value("local_promoted", region * count + industry));
      const least = Math.min(...shares.filter((share) => share > 0.02));
      return shares.map((share) => (share > 0.02 ? Math.max(1, Math.min(HIGHEST, Math.round(share / least))) : 0));
    });
  }

  async read(file) {
    if (!file) return;
    try {
      const { plan } = await sendFile(`/${this.page.session}/board`, file);
      this.fill(readPlan(plan, this.regions, this.industries));
      this.page.say(this.page.words.say("board_read"));
    } catch (error) {
      this.page.say(this.page.words.say("board_unread", { why: error.message }), true);
    }
  }

  build() {
    const { words, state } = this.page;
    this.cells = this.regions.map((_, region) => this.industries.map((__, industry) => make("button", {
      type: "button", tabindex: region + industry === 0 ? "0" : "-1", onpointerdown: (event) => this.press(event, region, industry),
      onpointerenter: () => { if (this.painting !== null) this.set(region, industry, this.painting); }, onkeydown: (event) => this.key(event, region, industry),
    })));
    this.totals = this.industries.map(() => make("td", {}));
    this.note = make("p", { class: "small", role: "status" });
    this.runs = make("button", { type: "button", class: "primary run-plan", onclick: () => this.page.openPlan(this.plan) }, words.say("board_run"));
    this.save = make("a", { class: "save-plan", download: "own-plan.csv" }, words.say("board_save"));
    const file = make("input", { type: "file", accept: ".csv,.txt,.xlsx", class: "read-plan", onchange: () => this.read(file.files[0]) });
    const brush = make("select", { "data-name": "brush", onchange: () => { this.brush = Number(brush.value); } },
      ...Array.from({ length: HIGHEST }, (_, at) => make("option", { value: String(at + 1), selected: at + 1 === this.brush }, String(at + 1))));
    const fills = state.layouts.map((layout, arm) => make("button", { type: "button", class: `fill-${arm}`, onclick: () => {
      const plan = this.planOf(arm);
      if (plan) this.fill(plan);
      else this.page.say(words.say("board_later"), true);
    } }, words.say("board_fill", { layout: words.name(layout) })));
    const table = make("table", { class: this.industries.length <= FEW ? "board few" : "board" }, make("caption", {}, words.say("board_caption")),
      make("thead", {}, make("tr", {}, make("td", {}), ...this.industries.map((name) => make("th", { scope: "col" }, make("span", {}, words.name(name)))))),
      make("tbody", {}, ...this.regions.map((name, region) => make("tr", {}, make("th", { scope: "row" }, words.name(name)), ...this.cells[region].map((cell) => make("td", {}, cell))))),
      make("tfoot", {}, make("tr", {}, make("th", { scope: "row" }, words.say("board_total")), ...this.totals)));
    const section = make("section", { class: "plan" }, make("h1", {}, words.say("own_plan")), make("p", { class: "small" }, words.say("board_help")),
      make("div", { class: "row" }, make("label", {}, `${words.say("board_brush")} `, brush), ...fills,
        make("button", { type: "button", class: "clear-plan", onclick: () => this.fill(this.weights.map((row) => row.map(() => 0))) }, words.say("board_clear"))),
      make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": words.say("own_plan") }, table), this.note,
      make("div", { class: "row" }, this.runs, this.save, make("label", { class: "file" }, words.say("board_load"), file)));
    this.weights.forEach((row, region) => row.forEach((weight, industry) => this.set(region, industry, weight)));
    return section;
  }

  // -- what it comes to --------------------------------------------------------------------------------------

  async compare() {
    const take = (told) => {
      this.result = told;
      this.page.draw();
    };
    try {
      take(await ask(`/${this.page.session}/compare`, {}));
      await follow(`/${this.page.session}/job/plan`, () => this.open, take, (told) => told.error || told.done === told.all);
    } catch (error) {
      if (this.open) this.page.fail(error);
    }
  }

  results() {
    const { words } = this.page;
    const { result } = this;
    const parts = [make("h2", {}, words.say("own_plan")), make("p", { class: "small" }, words.say("board_equal"))];
    if (result?.error) parts.push(make("p", { class: "said bad" }, words.say("failed", { why: result.error })));
    else if (result && result.done < result.all) parts.push(progressLine(result, words));
    if (result?.rows) {
      parts.push(resultRows(result, words, !result.few));
      parts.push(make("p", { class: "small" }, result.few ? words.say("lesson_one") : words.say("board_interval", { seeds: result.done })));
    }
    parts.push(make("button", { type: "button", class: "paint", onclick: () => this.page.paint() }, words.say("board_change")));
    return make("section", { class: "plan-results" }, ...parts);
  }
}
