// Free play: what can be changed, what a person lets happen, and the pair of runs to begin with.

import { make } from "/dom.js";

const LARGEST_SEED = 2147483647;

/** A number as it is, without digits that only binary fractions have. */
const written = (value) => (typeof value === "number" ? String(Number(value.toPrecision(12))) : String(value));

export class FreePlay {
  /** `page` as for a lesson, with change(body, kind), go(query) and share() besides; `side` is where it stands. */
  constructor(page, side) {
    this.page = page;
    this.side = side;
    this.outputs = new Map();
    this.followed = -1;
    this.wanted = null;
    this.hints = new Set();  // controls whose help is shown
  }

  build() {
    this.outputs = new Map();
    const { words, state } = this.page;
    const open = this.side.querySelector("details.controls")?.open ?? true;
    const choose = (label, choices, chosen, name) => make("label", {}, words.say(label), make("select", { "data-name": name },
      ...choices.map((one) => make("option", { value: one, selected: one === chosen }, words.name(one)))));
    const start = make("form", { onsubmit: (event) => this.restart(event) },
      choose("scenario", this.page.known.scenarios, state.scenario, "scenario"),
      choose("layout_one", state.choices, state.layouts[0], "one"), choose("layout_other", state.choices, state.layouts[1], "other"),
      make("label", {}, words.say("seed_field"), make("input", { class: "seed", inputmode: "numeric", value: state.seed, maxlength: "20" })),
      make("button", { type: "submit", class: "apply" }, words.say("apply")));
    const changes = state.changes.map(([year, key, value]) => {
      const what = this.nameOf(key);
      return make("li", {}, words.say("change_line", { year, what, value: this.shown(value) }),
        make("button", { type: "button", "aria-label": words.say("take_away", { what }), onclick: () => this.page.change({ year, key, value: null }) }, "×"));
    });
    return [
      make("details", { class: "controls", open }, make("summary", {}, words.say("controls")), make("small", {}, words.say("controls_when")),
        ...this.page.known.controls.map((one) => (one.kind === "slider" ? this.slider(one) : this.switch(one)))),
      ...this.policies(), this.happenings(),
      make("h2", {}, words.say("changes")), make("ul", { class: "changes" }, ...(changes.length ? changes : [make("li", {}, words.say("no_changes"))])),
      make("div", { class: "row" }, make("button", { type: "button", class: "clear", onclick: () => this.page.change({}) }, words.say("clear")),
        make("button", { type: "button", class: "share", onclick: () => this.page.share() }, words.say("share"))),
      start,
      make("div", { class: "row" }, ...state.layouts.map((layout, arm) => make("a", { href: `/${this.page.session}/scenario/${arm}`, download: true },
        words.say("save_scenario", { layout: words.name(layout) })))),
    ];
  }

  /** What a control is called; one of a policy of the scenario by the policy. */
  nameOf(key) {
    const row = /^policies\.(\d+)\.strength$/.exec(key);
    return row ? this.page.words.say("policy_named", { policy: this.page.words.name(this.page.state.policies[Number(row[1])]) }) : this.page.words.say(`control_${key}`);
  }

  /** A switch for each policy that the scenario has. */
  policies() {
    return this.page.state.policies.map((policy, row) => {
      const key = `policies.${row}.strength`;
      const input = make("input", { type: "checkbox", "data-key": key, onchange: () => {
        const usual = this.page.state.values.map((values) => values[key]).find((value) => value > 0) ?? 1;
        this.page.player.pause();
        this.page.change({ year: this.page.player.year, key, value: input.checked ? usual : 0 });
      } });
      this.outputs.set(key, { input, output: null });
      return make("label", { class: "switch" }, input, this.nameOf(key));
    });
  }

  /** What a person lets happen now, and what happened so far. */
  happenings() {
    const { words, state } = this.page;
    const wanted = this.wanted ?? { name: "disaster", strength: "0.5", years: "3" };
    const kinds = this.page.known.events;
    const group = (label, shock) => make("optgroup", { label: words.say(label) }, ...kinds.filter((one) => one.shock === shock)
      .map((one) => make("option", { value: one.name, selected: one.name === wanted.name }, words.name(one.name))));
    const what = make("select", { "data-name": "event" }, group("shocks", true), group("policies", false));
    const followed = this.page.player.look.region + 1;
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
      button.disabled = true;  // until the side is built anew: a double click is one event
      this.page.player.pause();
      const year = Math.max(this.page.player.year, this.page.player.burnIn) + 1;
      this.page.change({ year, name: what.value, region: region.disabled ? 0 : Number(region.value), strength: Number(strength.value), years: Number(years.value) }, "happen");
    };
    const button = make("button", { type: "button", class: "strike primary", onclick: strike }, words.say("strike"));
    const events = state.events.map(([year, name, place, hard, long], at) => {
      const where = place ? words.name(state.board.regions[place - 1]) : words.say("everywhere");
      const line = words.say("event_line", { year, what: words.name(name), where, strength: written(hard), years: long });
      return make("li", {}, line, make("button", { type: "button", "aria-label": words.say("take_away", { what: line }), onclick: () => this.page.change({ undo: at }, "happen") }, "×"));
    });
    const box = make("details", { class: "happen", open: events.length > 0 }, make("summary", {}, words.say("happen")), make("small", {}, words.say("happen_when")),
      make("label", {}, words.say("event_what"), what), make("label", {}, words.say("event_where"), region),
      make("label", {}, make("span", { class: "head" }, words.say("event_strength"), told), strength),
      make("label", {}, words.say("event_years"), years),
      button,
      make("ul", { class: "events" }, ...events));
    tell();
    return box;
  }

  shown(value) {
    return typeof value === "boolean" ? this.page.words.say(value ? "on" : "off") : written(value);
  }

  slider(one) {
    const { words } = this.page;
    const output = make("output", {});
    const input = make("input", { type: "range", min: one.low, max: one.high, step: one.step, "data-key": one.key,
      oninput: () => { output.textContent = this.shown(Number(input.value)); input.dataset.moved = "yes"; },
      onchange: () => { delete input.dataset.moved; this.page.player.pause(); this.page.change({ year: this.page.player.year, key: one.key, value: Number(input.value) }); },
      onpointerup: () => this.release(input), onblur: () => this.release(input) });
    this.outputs.set(one.key, { input, output });
    const unit = one.unit === "1" ? "" : words.say(`unit_${one.unit}`);
    const id = `control-${one.key}`;
    input.id = id;
    const { mark, hint } = this.hint(one, input);
    return make("div", { class: "control" }, make("div", { class: "head" }, make("label", { for: id }, words.say(`control_${one.key}`)), make("span", { class: "value" }, output, unit ? ` ${unit}` : "", mark)), hint,
      make("div", { class: "span" }, make("small", {}, written(one.low)), input, make("small", {}, written(one.high))));
  }

  /** A mark to press, and the sentence that it then shows: what a control changes. */
  hint(one, input) {
    const { words } = this.page;
    const hint = make("p", { class: "hint", id: `hint-${one.key}`, hidden: !this.hints.has(one.key) }, words.say(`help_${one.key}`));
    const mark = make("button", { type: "button", class: "what", "data-hint": one.key, "aria-label": words.say("what_is", { what: words.say(`control_${one.key}`) }), "aria-expanded": String(!hint.hidden), "aria-controls": hint.id,
      onclick: () => {
        hint.hidden = !hint.hidden;
        this.hints[hint.hidden ? "delete" : "add"](one.key);
        mark.setAttribute("aria-expanded", String(!hint.hidden));
      } }, "?");
    input.setAttribute("aria-describedby", hint.id);
    return { mark, hint };
  }

  /** Whether a person holds a slider: it may not be replaced under the hand. */
  get isHeld() {
    return this.side.querySelector("input[data-moved]") !== null;
  }

  /** A slider was let go of: where its value is the same as before, no change follows. */
  release(input) {
    setTimeout(() => {
      if (!input.dataset.moved) return;
      delete input.dataset.moved;
      this.page.draw();
    });
  }

  switch(one) {
    const input = make("input", { type: "checkbox", "data-key": one.key,
      onchange: () => { this.page.player.pause(); this.page.change({ year: this.page.player.year, key: one.key, value: input.checked }); } });
    this.outputs.set(one.key, { input, output: null });
    const { mark, hint } = this.hint(one, input);
    return make("div", { class: "control" }, make("div", { class: "head" }, make("label", { class: "switch" }, input, this.page.words.say(`control_${one.key}`)), mark), hint);
  }

  /** Every control says what holds in the year after the one that is shown: what a change would replace. */
  showValues() {
    if (!this.page.state) return;
    const place = this.side.querySelector("select[data-name=event-region]");
    const { region } = this.page.player.look;
    if (place && region !== this.followed) place.value = String(region + 1);
    this.followed = region;
    const { values } = this.page.state;
    const present = values[Math.min(this.page.player.year + 1, values.length - 1)];
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
    const of = (name) => this.side.querySelector(`select[data-name=${name}]`).value;
    const seed = this.side.querySelector(".seed").value.trim();
    if (!/^\d+$/.test(seed) || Number(seed) > LARGEST_SEED) {
      this.page.say(this.page.words.say("bad_seed"), true);
      return;
    }
    const own = [of("one"), of("other")].includes("own") && this.page.state.board.own ? { own: this.page.state.board.plan } : {};
    this.page.go(new URLSearchParams({ v: "1", scenario: of("scenario"), one: of("one"), other: of("other"), seed, ...own }).toString());
  }
}
