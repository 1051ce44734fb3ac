// The served page: opens a session for the address, hands years to the player as they arrive, and sends changes.

import { Player, readFrames } from "/player.js";
import { Board } from "/board.js";
import { ask, make } from "/dom.js";
import { Lesson, lessonList } from "/lesson.js";

const root = document.getElementById("player");
const side = document.getElementById("controls");
const whole = document.querySelector(".page");
const LONGEST_SEED = 2147483647;
const MODES = ["free", "lessons", "plan"];

/** A number as it is, without digits that only binary fractions have. */
const written = (value) => (typeof value === "number" ? String(Number(value.toPrecision(12))) : String(value));

/** What finds an element again after the side was built anew. */
function selectorOf(element) {
  const data = ["key", "name", "lesson"].find((name) => element.dataset[name]);
  if (data) return `[data-${data}="${CSS.escape(element.dataset[data])}"]`;
  return element.className ? `${element.tagName.toLowerCase()}.${[...element.classList].map((one) => CSS.escape(one)).join(".")}` : null;
}

class Page {
  constructor(told) {
    this.known = told;
    this.player = new Player(root, { catalogues: told.catalogues, language: document.documentElement.lang, link: true, resilience: true });
    this.takeWords();
    this.turn = 0;
    this.sent = Promise.resolve();
    this.state = null;
    this.mode = "free";
    root.addEventListener("language", () => {
      this.takeWords();
      this.draw();
    });
    root.addEventListener("drawn", () => this.showValues());
    window.addEventListener("popstate", () => this.open(location.search.slice(1)));
  }

  takeWords() {
    const { language } = this.player;
    this.words = Object.assign(this.player.words, { language, lessons: this.known.catalogues[language].lessons });
  }

  /** Open a session for what an address says, and begin to play its first years unless a lesson asks first. */
  async open(query) {
    const turn = (this.turn += 1);
    try {
      const told = await ask("/open", { query });
      if (turn !== this.turn) return;
      this.lesson?.close();
      this.board?.close();
      this.lesson = told.lesson ? new Lesson(this, told) : null;
      this.board = new Board(this, told);
      this.painting = false;
      this.mode = this.lesson ? "lessons" : told.board.own && told.layouts.includes("own") ? "plan" : "free";
      this.session = told.session;
      this.take(told);
      this.player.pause();
      if (this.lesson) this.player.setRuns([]);
      else this.run();
      this.draw();
      if (told.problems.length) this.say(this.words.say("bad_link", { fields: told.problems.join(", ") }), true);
      else if (this.said?.[1]) this.say("");
      if (this.lesson?.committed) this.lesson.commit(this.lesson.predicted);
      if (this.mode === "plan") this.board.compare();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Play the session from its first year. */
  run() {
    this.player.setRuns(this.state.headers);
    this.receive([-1, -1], this.turn);
  }

  take(state) {
    this.state = state;
    const address = `?${state.query}${location.hash}`;
    if (location.search !== `?${state.query}`) history.replaceState(null, "", address);
  }

  /** Take the years after `kept` of both arms as they are made; a later turn ends this one. */
  receive(kept, turn) {
    const streams = this.state.headers.map((header, arm) => {
      const path = `/${this.session}/frames/${arm}/${kept[arm] + 1}/${this.state.turns[arm]}`;
      return fetch(path).then(async (answer) => {
        if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { gone: answer.status === 410 });
        await readFrames(answer.body, (bytes) => {
          if (turn === this.turn) this.player.add(arm, bytes);
        });
      }).catch((error) => {
        if (turn === this.turn) this.fail(error);
      });
    });
    Promise.all(streams).then(() => this.receiveCalm(turn));
  }

  /** The same runs without their shocks, once all years have arrived: what resilience is told against. */
  async receiveCalm(turn) {
    if (!this.state.struck) return;
    try {
      const calm = await Promise.all(this.state.headers.map((_, arm) => ask(`/${this.session}/calm/${arm}`)));
      if (turn === this.turn) calm.forEach((told, arm) => this.player.setCalm(arm, told.ln_real_income));
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    }
  }

  /** Send a change that acts after the year that is shown, after those that were made before it. */
  change(body, kind = "change") {
    const turn = (this.turn += 1);
    this.sent = this.sent.then(() => this.send(body, turn, kind));
  }

  /** What comes after the change is made and played anew, unless another change follows already. */
  async send(body, turn, kind) {
    try {
      const told = await ask(`/${this.session}/${kind}`, body);
      this.take(told);
      const kept = told.kept.map((year, arm) => Math.min(year, this.player.histories[arm].lastYear));
      const { year: shown } = this.player;
      kept.forEach((last, arm) => this.player.cut(arm, last, told.headers[arm]));
      this.player.seek(shown);
      if (turn !== this.turn) return;
      this.draw();
      this.say("");
      this.receive(kept, turn);
    } catch (error) {
      if (error.gone) {
        await this.open(this.state.query);  // it was idle for long: it begins again where it was
        return;
      }
      this.say(this.words.say("refused", { why: error.message }), true);
      if (turn === this.turn) this.resume(turn);
      this.draw();
    }
  }

  /** Go on with years that a refused change interrupted. */
  resume(turn) {
    this.receive(this.player.histories.map((one) => one.lastYear), turn);
  }

  fail(error) {
    const lost = error instanceof TypeError;
    this.say(lost ? this.words.say("lost") : this.words.say("failed", { why: error.message }), true);
  }

  say(text, bad = false) {
    this.said = [text, bad];
    if (!this.line) side.replaceChildren((this.line = make("p", { class: "said", role: "status" })));
    this.line.textContent = text;
    this.line.classList.toggle("bad", bad);
  }

  // -- controls --------------------------------------------------------------------------------------------

  /** The side, and how page and side stand to one another: before a prediction and over a board there is no map. */
  draw() {
    const { state } = this;
    if (!state) return;
    const focused = side.contains(document.activeElement) ? selectorOf(document.activeElement) : null;
    const opened = new Map([...side.querySelectorAll("details")].map((one) => [one.className, one.open]));
    const asking = (this.mode === "lessons" && this.lesson !== null && !this.lesson.committed) || this.painting;
    root.hidden = asking;
    whole.classList.toggle("asking", asking);
    side.setAttribute("role", asking ? "main" : "complementary");
    whole.classList.toggle("studying", this.mode !== "free");
    this.line = make("p", { class: "said", role: "status" });
    this.outputs = new Map();
    const parts = { free: () => this.build(), lessons: () => this.buildLessons(), plan: () => [this.painting || !this.state.board.own ? this.board.build() : this.board.results()] };
    side.replaceChildren(this.modes(), this.line, ...parts[this.mode]());
    for (const details of side.querySelectorAll("details")) if (opened.has(details.className)) details.open = opened.get(details.className);
    if (focused) side.querySelector(focused)?.focus();
    this.player.parts.maps?.forEach((part) => part.canvas.setAttribute("tabindex", "-1"));
    if (this.said) this.say(...this.said);
    this.showValues();
  }

  modes() {
    const { words } = this;
    const language = root.hidden ? this.player.languageButtons() : [];
    return make("nav", { class: "modes", "aria-label": words.say("modes") }, ...MODES.map((mode) => make("button", {
      type: "button", class: `mode-${mode}`, "aria-pressed": String(mode === this.mode), onclick: () => this.enter(mode) }, words.say(`mode_${mode}`))), ...language);
  }

  /** Free play, lessons or one's own plan; leaving a lesson opens what is played freely. */
  enter(mode) {
    this.player.pause();
    this.said = ["", false];
    if (this.lesson && mode !== "lessons") {
      history.pushState(null, "", `?v=1${location.hash}`);
      this.open("v=1").then(() => { if (mode === "plan") this.enter("plan"); });
      return;
    }
    this.mode = mode;
    this.painting = mode === "plan" && !this.state.board.own;
    this.draw();
    side.querySelector(`.mode-${mode}`).focus();
  }

  paint() {
    this.painting = true;
    this.draw();
  }

  openLesson(name) {
    this.go(new URLSearchParams({ v: "1", lesson: name }).toString());
  }

  openPlan(plan) {
    const { scenario, seed } = this.state;
    this.go(new URLSearchParams({ v: "1", scenario, one: "own", other: "differentiated", seed, own: plan }).toString());
  }

  /** To another address of this page. */
  go(query) {
    this.player.pause();
    history.pushState(null, "", `?${query}${location.hash}`);
    this.said = ["", false];
    this.open(query);
  }

  buildLessons() {
    const { words } = this;
    if (this.lesson === null) return [make("h2", {}, words.say("lessons")), lessonList(this, this.known.lessons, "")];
    return [this.lesson.build(), make("details", { class: "others" }, make("summary", {}, words.say("lessons")), lessonList(this, this.known.lessons, this.lesson.name))];
  }

  build() {
    const { words, state } = this;
    const open = side.querySelector("details.controls")?.open ?? true;
    const choose = (label, choices, chosen, name) => make("label", {}, words.say(label), make("select", { "data-name": name },
      ...choices.map((one) => make("option", { value: one, selected: one === chosen }, words.name(one)))));
    const start = make("form", { onsubmit: (event) => this.restart(event) },
      choose("scenario", this.known.scenarios, state.scenario, "scenario"),
      choose("layout_one", state.choices, state.layouts[0], "one"), choose("layout_other", state.choices, state.layouts[1], "other"),
      make("label", {}, words.say("seed_field"), make("input", { class: "seed", inputmode: "numeric", value: state.seed, maxlength: "20" })),
      make("button", { type: "submit", class: "apply" }, words.say("apply")));
    const changes = state.changes.map(([year, key, value]) => {
      const what = this.nameOf(key);
      return make("li", {}, words.say("change_line", { year, what, value: this.shown(value) }),
        make("button", { type: "button", "aria-label": words.say("take_away", { what }), onclick: () => this.change({ year, key, value: null }) }, "×"));
    });
    return [
      make("details", { class: "controls", open }, make("summary", {}, words.say("controls")), make("small", {}, words.say("controls_when")),
        ...this.known.controls.map((one) => (one.kind === "slider" ? this.slider(one) : this.switch(one)))),
      ...this.policies(), this.happenings(),
      make("h2", {}, words.say("changes")), make("ul", { class: "changes" }, ...(changes.length ? changes : [make("li", {}, words.say("no_changes"))])),
      make("div", { class: "row" }, make("button", { type: "button", class: "clear", onclick: () => this.change({}) }, words.say("clear")),
        make("button", { type: "button", class: "share", onclick: () => this.share() }, words.say("share"))),
      start,
      make("div", { class: "row" }, ...state.layouts.map((layout, arm) => make("a", { href: `/${this.session}/scenario/${arm}`, download: true },
        words.say("save_scenario", { layout: words.name(layout) })))),
    ];
  }

  /** What a control is called; one of a policy of the scenario by the policy. */
  nameOf(key) {
    const row = /^policies\.(\d+)\.strength$/.exec(key);
    return row ? this.words.say("policy_named", { policy: this.words.name(this.state.policies[Number(row[1])]) }) : this.words.say(`control_${key}`);
  }

  /** A switch for each policy that the scenario has. */
  policies() {
    return this.state.policies.map((policy, row) => {
      const key = `policies.${row}.strength`;
      const input = make("input", { type: "checkbox", "data-key": key, onchange: () => {
        const usual = this.state.values.map((values) => values[key]).find((value) => value > 0) ?? 1;
        this.player.pause();
        this.change({ year: this.player.year, key, value: input.checked ? usual : 0 });
      } });
      this.outputs.set(key, { input, output: null });
      return make("label", { class: "switch" }, input, this.nameOf(key));
    });
  }

  /** What a person lets happen now, and what happened so far. */
  happenings() {
    const { words, state } = this;
    const wanted = this.wanted ?? { name: "disaster", strength: "0.5", years: "3" };
    const kinds = this.known.events;
    const group = (label, shock) => make("optgroup", { label: words.say(label) }, ...kinds.filter((one) => one.shock === shock)
      .map((one) => make("option", { value: one.name, selected: one.name === wanted.name }, words.name(one.name))));
    const what = make("select", { "data-name": "event" }, group("shocks", true), group("policies", false));
    const followed = this.player.look.region + 1;
    const region = make("select", { "data-name": "event-region" }, make("option", { value: "0" }, words.say("everywhere")),
      ...state.board.regions.map((name, at) => make("option", { value: String(at + 1), selected: at + 1 === followed }, words.name(name))));
    const strength = make("input", { type: "range", min: "0.1", max: "1", step: "0.1", value: wanted.strength, "data-name": "event-strength" });
    const years = make("input", { type: "number", min: "1", max: "100", step: "1", value: wanted.years, "data-name": "event-years" });
    const told = make("output", {}, wanted.strength);
    const tell = () => {
      this.wanted = { name: what.value, strength: strength.value, years: years.value };
      told.textContent = strength.value;
      region.disabled = !kinds.find((one) => one.name === what.value).local;
    };
    for (const field of [what, strength, years]) field.addEventListener("input", tell);
    const strike = () => {
      this.player.pause();
      const year = Math.max(this.player.year, this.player.burnIn) + 1;
      this.change({ year, name: what.value, region: region.disabled ? 0 : Number(region.value), strength: Number(strength.value), years: Number(years.value) }, "happen");
    };
    const events = state.events.map(([year, name, place, hard, long], at) => {
      const where = place ? words.name(state.board.regions[place - 1]) : words.say("everywhere");
      const line = words.say("event_line", { year, what: words.name(name), where, strength: written(hard), years: long });
      return make("li", {}, line, make("button", { type: "button", "aria-label": words.say("take_away", { what: line }), onclick: () => this.change({ undo: at }, "happen") }, "×"));
    });
    const box = make("details", { class: "happen", open: events.length > 0 }, make("summary", {}, words.say("happen")), make("small", {}, words.say("happen_when")),
      make("label", {}, words.say("event_what"), what), make("label", {}, words.say("event_where"), region),
      make("label", {}, make("span", { class: "head" }, words.say("event_strength"), told), strength),
      make("label", {}, words.say("event_years"), years),
      make("button", { type: "button", class: "strike primary", onclick: strike }, words.say("strike")),
      make("ul", { class: "events" }, ...events));
    tell();
    return box;
  }

  shown(value) {
    return typeof value === "boolean" ? this.words.say(value ? "on" : "off") : written(value);
  }

  slider(one) {
    const { words } = this;
    const output = make("output", {});
    const input = make("input", { type: "range", min: one.low, max: one.high, step: one.step, "data-key": one.key,
      oninput: () => { output.textContent = this.shown(Number(input.value)); input.dataset.moved = "yes"; },
      onchange: () => { delete input.dataset.moved; this.player.pause(); this.change({ year: this.player.year, key: one.key, value: Number(input.value) }); } });
    this.outputs.set(one.key, { input, output });
    const bounds = words.say("range", { low: written(one.low), high: written(one.high), unit: one.unit === "1" ? "" : one.unit });
    return make("label", { title: `${words.say(`help_${one.key}`)} (${bounds.trim()})` }, make("span", { class: "head" }, words.say(`control_${one.key}`), output), input);
  }

  switch(one) {
    const input = make("input", { type: "checkbox", "data-key": one.key,
      onchange: () => { this.player.pause(); this.change({ year: this.player.year, key: one.key, value: input.checked }); } });
    this.outputs.set(one.key, { input, output: null });
    return make("label", { class: "switch", title: this.words.say(`help_${one.key}`) }, input, this.words.say(`control_${one.key}`));
  }

  /** Every control says what holds in the year after the one that is shown: what a change would replace. */
  showValues() {
    if (!this.state || !this.outputs) return;
    const place = side.querySelector("select[data-name=event-region]");
    const { region } = this.player.look;
    if (place && region !== this.followed) place.value = String(region + 1);
    this.followed = region;
    const { values } = this.state;
    const present = values[Math.min(this.player.year + 1, values.length - 1)];
    for (const [key, { input, output }] of this.outputs) {
      if (input.dataset.moved) continue;
      if (output) {
        input.value = String(present[key]);
        output.textContent = this.shown(present[key]);
      } else input.checked = present[key];
    }
  }

  restart(event) {
    event.preventDefault();
    const of = (name) => side.querySelector(`select[data-name=${name}]`).value;
    const seed = side.querySelector(".seed").value.trim();
    if (!/^\d+$/.test(seed) || Number(seed) > LONGEST_SEED) {
      this.say(this.words.say("bad_seed"), true);
      return;
    }
    const own = [of("one"), of("other")].includes("own") && this.state.board.own ? { own: this.state.board.plan } : {};
    this.go(new URLSearchParams({ v: "1", scenario: of("scenario"), one: of("one"), other: of("other"), seed, ...own }).toString());
  }

  async share() {
    this.player.writeLink();
    try {
      await navigator.clipboard.writeText(location.href);
      this.say(this.words.say("shared"));
    } catch {
      this.say(location.href);
    }
  }
}

try {
  const page = new Page(await ask("/words"));
  await page.open(location.search.slice(1));
} catch (error) {
  root.textContent = `${error}`;
  throw error;
}
