// The decision table: chips on at most three industries, by steppers; and the draft that is kept here until the server has it.

import { Answered, explained, make, recall, remember, send } from "/common.js";

export const sum = (chips) => Object.values(chips).reduce((total, one) => total + one, 0);

/** Chips in words: "3 steel, 4 cars, 3 kept". */
export function inWords(words, chips, all) {
  const placed = Object.entries(chips).filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1])
    .map(([name, count]) => words.say("chips_on", { count, industry: words.name(name) }));
  const kept = all - sum(chips);
  return words.list(kept > 0 ? [...placed, words.say("chips_kept", { count: kept })] : placed);
}

/** Stars of advisers, also in words. */
export function stars(words, count) {
  if (!count) return make("span", {}, "–");
  return make("span", { class: "stars", role: "img", "aria-label": words.say("stars_of", { count }) }, "★".repeat(count) + "☆".repeat(5 - count));
}

const ORDERS = {
  advice: (a, b) => (b.stars ?? 0) - (a.stars ?? 0),
  margin: (a, b) => (b.margin ?? -Infinity) - (a.margin ?? -Infinity),
  price: (a, b) => (b.price ?? -Infinity) - (a.price ?? -Infinity),
};

/** One table of steppers. `changed` is called with the chips after each step. */
export class DecisionTable {
  constructor(words, view, chips, changed) {
    this.words = words;
    this.view = view;
    this.chips = { ...chips };
    this.changed = changed;
    this.order = "advice";
    this.box = make("div", { class: "decision" });
    this.build();
  }

  build() {
    const { words, view } = this;
    const shown = view.industries.filter((one) => one.open !== false).sort((a, b) => ORDERS[this.order](a, b) || a.at - b.at);
    this.parts = new Map();
    const hot = new Set(view.hot ?? []);
    const rows = shown.map((one) => {
      const name = words.name(one.name);
      const count = make("output", { "aria-label": words.say("chips_in", { industry: name }) });
      const less = make("button", { type: "button", class: "step", "aria-label": words.say("less", { industry: name }), onclick: () => this.step(one.name, -1) }, "−");
      const more = make("button", { type: "button", class: "step", "aria-label": words.say("more", { industry: name }), onclick: () => this.step(one.name, 1) }, "+");
      const row = make("tr", { "data-industry": one.name },
        make("th", { scope: "row" }, make("span", { class: "what" }, name, hot.has(one.name) ? make("span", { class: "hot" }, words.say("hot")) : null), stars(words, one.stars),
          typeof one.promoters === "number" ? make("small", { class: "formula" }, words.say("promoted_by", { count: words.number(one.promoters) })) : null),
        make("td", {}, words.number(one.price), make("br"), make("small", {}, one.margin === null || one.margin === undefined ? "–" : `${words.signed(one.margin)} %`)),
        make("td", { class: "steps" }, less, count, more));
      this.parts.set(one.name, { row, less, more, count });
      return row;
    });
    const orders = make("label", { class: "order" }, words.say("order"), make("select", { onchange: (event) => { this.order = event.target.value; this.build(); } },
      ...Object.keys(ORDERS).map((one) => make("option", { value: one, selected: one === this.order }, words.say(`order_${one}`)))));
    this.box.replaceChildren(orders, make("table", { class: "steppers" },
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, words.say("industry_and_advice")), make("th", { scope: "col" }, words.say("price_and_margin")), make("th", { scope: "col" }, words.say("chips")))),
      make("tbody", {}, ...rows)));
    this.show();
  }

  /** Take other chips, from the server or another tab. */
  use(chips) {
    this.chips = { ...chips };
    this.show();
  }

  why(name, by) {
    const { words, view } = this;
    const own = this.chips[name] ?? 0;
    if (by < 0) return own > 0 ? "" : words.say("none_there");
    if (sum(this.chips) >= view.chips) return words.say("all_placed", { all: view.chips });
    const used = Object.values(this.chips).filter((count) => count > 0).length;
    return own === 0 && used >= view.most ? words.say("most_industries", { most: view.most }) : "";
  }

  step(name, by) {
    const why = this.why(name, by);
    if (why) {
      this.changed(null, why);
      return;
    }
    const count = (this.chips[name] ?? 0) + by;
    if (count > 0) this.chips[name] = count;
    else delete this.chips[name];
    this.show();
    this.changed({ ...this.chips }, "");
  }

  show() {
    for (const [name, { row, less, more, count }] of this.parts) {
      const own = this.chips[name] ?? 0;
      count.textContent = String(own);
      row.classList.toggle("chosen", own > 0);
      // A button that may not be pressed stays in reach of the keyboard and says why when it is.
      less.setAttribute("aria-disabled", String(Boolean(this.why(name, -1))));
      more.setAttribute("aria-disabled", String(Boolean(this.why(name, 1))));
    }
  }
}

/** What a student decides in one round and phase: kept here at once, sent soon after, sent again until it arrives. */
export class Draft {
  constructor(key, path, what, tell) {
    this.key = key;
    this.path = path;
    this.what = what;
    this.tell = tell;
    this.since = Date.now();
    this.known = null;
    this.saved = 0;
    this.timer = null;
    this.sending = false;
    this.over = false;
  }

  /** Begin with what is newer: the server's draft or what was kept here. Returns it, or null. */
  begin(round, held) {
    this.round = round;
    const own = recall(this.key);
    this.saved = held?.version ?? 0;
    if (own && own.round === round && own.version > this.saved) {
      this.known = own;
      this.soon(0);
    } else if (held) {
      this.known = { round, value: held.value, version: held.version };
      this.tell("saved", held.at);
    }
    return this.known?.value ?? null;
  }

  set(value) {
    // The clocks of two phones differ: a version is newer than any that is known, whatever this clock says.
    const version = Math.max(Date.now(), (this.known?.version ?? 0) + 1, this.saved + 1);
    this.known = { round: this.round, value, version };
    remember(this.key, this.known);
    this.tell("keeping");
    this.soon(500);
  }

  soon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), wait);
  }

  get waiting() {
    return this.known !== null && this.known.version > this.saved && !this.over;
  }

  /** Send the newest, one at a time. */
  async flush() {
    if (this.sending || !this.waiting) return;
    this.sending = true;
    const told = this.known;
    try {
      const body = { round: told.round, [this.what]: told.value, version: told.version, seconds: (Date.now() - this.since) / 1000 };
      const answer = await send(this.path, body, { lost: () => this.tell("unsent"), stale: () => this.over || this.known !== told });
      if (answer.version > told.version && !answer.fresh) {  // another device was ahead: what was done here last counts
        this.saved = answer.version;
        if (this.known === told) this.set(told.value);
      } else {
        this.saved = told.version;
        if (this.known === told) this.tell("saved", answer.at);
      }
    } catch (error) {
      if (error instanceof Answered && error.told.refused) {
        this.over = error.told.refused === "closed";
        this.tell("refused", error);
      } else if (error instanceof Answered && error.told.gone) {
        this.over = true;
      } else if (this.known === told && !this.over) {
        this.tell("unsent");
        this.soon(2000);
      }
    }
    this.sending = false;
    if (this.known !== told) this.soon(0);
  }

  /** The phase is over: nothing more is sent. */
  end() {
    this.over = true;
    clearTimeout(this.timer);
  }
}

/** Words for where a draft is. */
export function draftInWords(words, state, detail) {
  if (state === "saved") return words.say("saved_at", { time: words.time(detail) });
  if (state === "refused") return explained(words, detail);
  return words.say(state === "unsent" ? "unsent" : "keeping");
}
