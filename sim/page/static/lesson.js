// A lesson: question, prediction that is committed to, run, comparison, answer with its interval, and the class.

import { ask, follow, make, progressLine, resultRows } from "/dom.js";

const STEPS = ["predict", "run", "compare", "answer"];
const SIDES = ["above", "below", "undecided"];
const MOST_SEEDS = 60;
const LARGEST_SEED = 2147483647;

/** A prediction that stays committed when the page is loaded again; a browser may keep nothing. */
const kept = {
  read(name) {
    try {
      return sessionStorage.getItem(`clustersim ${name}`) ?? "";
    } catch {
      return "";
    }
  },
  write(name, value) {
    try {
      sessionStorage.setItem(`clustersim ${name}`, value);
    } catch {
      // The page then asks again after it was loaded anew.
    }
  },
};

export class Lesson {
  /** `page`: words, session, state, say(text, bad), run() that begins to play, draw() that builds the side again. */
  constructor(page, told) {
    this.page = page;
    this.name = told.lesson;
    this.seed = told.seed;
    this.memory = `${this.name} ${this.seed}`;
    const stored = kept.read(this.memory);
    this.predicted = told.predicted || (SIDES.includes(stored) ? stored : "");
    this.chosen = "";
    this.own = null;
    this.pooled = null;
    this.seeds = null;
    this.step = "predict";
    this.open = true;
  }

  get committed() {
    return this.predicted !== "";
  }

  text(part) {
    return this.page.words.lessons[this.name][part];
  }

  close() {
    this.open = false;
  }

  async commit(prediction) {
    if (this.busy) return;  // a double click
    this.busy = true;
    try {
      this.take(await ask(`/${this.page.session}/predict`, { prediction }));
      this.predicted = prediction;
      kept.write(this.memory, prediction);
      this.step = "run";
      this.page.run();
      this.page.player.play();
      this.page.draw();
      await follow(`/${this.page.session}/job/lesson`, () => this.open, (told) => this.take(told), (told) => told.error || told.done === told.all);
    } catch (error) {
      this.busy = false;
      if (this.open) this.page.fail(error);
    }
  }

  take(told) {
    this.own = told;
    if (told.error) this.page.say(this.page.words.say("failed", { why: told.error }), true);
    this.page.draw();
  }

  async pool() {
    const { words } = this.page;
    const seeds = this.seeds.split(/[\s,;，；、]+/).filter((part) => part);
    const good = seeds.every((one) => /^\d{1,10}$/.test(one) && Number(one) <= LARGEST_SEED);
    if (!seeds.length || seeds.length > MOST_SEEDS || !good) {
      this.page.say(words.say("lesson_bad_seeds"), true);
      return;
    }
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const take = (told) => {
      this.pooled = told;
      this.page.draw();
    };
    try {
      this.page.say("");
      take(await ask(`/${this.page.session}/pool`, { seeds }));
      await follow(`/${this.page.session}/job/class`, () => this.open && turn === this.turn, take, (told) => told.error || told.done === told.all);
    } catch (error) {
      if (this.open) this.page.fail(error);
    }
  }

  go(step) {
    this.step = step;
    this.page.draw();
    document.querySelector(".lesson .title")?.focus();
  }

  build() {
    const { words } = this.page;
    const at = STEPS.indexOf(this.step);
    return make("section", { class: `lesson step-${this.step}`, "aria-label": this.text("title") },
      make(this.committed ? "h2" : "h1", { class: "title", tabindex: "-1" }, this.text("title")),
      make("ol", { class: "steps" }, ...STEPS.map((step, number) => make("li", { "aria-current": number === at ? "step" : undefined, class: number < at ? "past" : undefined }, words.say(`step_${step}`)))),
      make("p", { class: "question" }, this.text("question")),
      ...(this.committed ? this.after() : [this.asking()]),
      this.notes());
  }

  asking() {
    const { words } = this.page;
    const button = make("button", { type: "submit", class: "commit primary", disabled: this.chosen === "" }, words.say("lesson_commit"));
    return make("form", { onsubmit: (event) => { event.preventDefault(); if (this.chosen) this.commit(this.chosen); } },
      make("fieldset", { class: "predictions" }, make("legend", {}, words.say("lesson_predict")),
        ...SIDES.map((side) => make("label", {}, make("input", { type: "radio", name: "prediction", value: side, checked: side === this.chosen,
          onchange: () => { this.chosen = side; button.disabled = false; } }), this.text(side)))),
      button);
  }

  after() {
    const { words } = this.page;
    const parts = [make("p", { class: "expected" }, words.say("lesson_expected", { prediction: this.text(this.predicted) }))];
    const ready = this.own?.rows && this.own.done === this.own.all;
    if (this.step === "run") {
      parts.push(make("p", {}, words.say("lesson_running", { seed: this.seed })));
      if (ready) parts.push(make("button", { type: "button", class: "next primary", onclick: () => this.go("compare") }, words.say("lesson_show")));
      else if (this.own && !this.own.error) parts.push(progressLine(this.own, words));
      return parts;
    }
    if (!ready) return parts;
    const own = [resultRows(this.own, words, false), make("p", { class: "small" }, words.say("lesson_one"))];
    const title = words.say("lesson_yours", { seed: this.seed });
    if (this.step === "compare") {
      parts.push(make("h3", {}, title), ...own, make("button", { type: "button", class: "next primary", onclick: () => this.go("answer") }, words.say("lesson_answer")));
      return parts;
    }
    return [...parts, ...this.answer(), make("details", { class: "yours" }, make("summary", {}, title), ...own), this.classroom()];
  }

  answer() {
    const { words } = this.page;
    const { key } = this.own;
    const why = [make("h3", {}, words.say("lesson_why")), make("p", { class: "why" }, this.text("why"))];
    if (!key) return [make("p", { class: "note" }, words.say("lesson_none")), ...why];
    const agrees = key.side === this.predicted ? "lesson_right" : "lesson_wrong";
    return [
      make("h3", {}, words.say("lesson_key", { seeds: key.seeds })),
      key.stale ? make("p", { class: "note stale" }, words.say("lesson_stale")) : null,
      make("p", { class: "sentence" }, key.sentence[words.language]),
      key.side === "unknown" ? null : make("p", { class: "agrees" }, words.say(agrees)),
      resultRows(key, words, true), ...why,
    ].filter((part) => part !== null);
  }

  classroom() {
    const { words } = this.page;
    const { seeds: known, expected } = this.own.class;
    this.seeds ??= known.join(", ");
    const box = make("textarea", { class: "seeds", rows: "2", inputmode: "numeric", oninput: () => { this.seeds = box.value; } }, this.seeds);
    const counts = SIDES.map((side) => `${this.text(side)}: ${expected[side]}`).join("; ");
    const link = `${location.origin}/?v=1&lesson=${this.name}`;
    const result = this.pooled?.rows
      ? [make("p", { class: "sentence" }, `${words.say("lesson_pooled", { seeds: this.pooled.done })}: ${this.pooled.sentence[words.language]}`),
        this.pooled.few ? make("p", { class: "small" }, words.say("lesson_few")) : null, resultRows(this.pooled, words, true)]
      : [];
    const busy = this.pooled && !this.pooled.error && this.pooled.done < this.pooled.all;
    return make("details", { class: "class", open: this.pooled !== null }, make("summary", {}, words.say("lesson_class")),
      make("p", { class: "small" }, words.say("lesson_here", { count: known.length }), " ", counts),
      make("p", { class: "small" }, `${words.say("lesson_link")}: `, make("code", {}, link)),
      make("label", {}, words.say("lesson_seeds"), box),
      make("button", { type: "button", class: "pool", onclick: () => this.pool() }, words.say("lesson_pool")),
      ...(busy ? [progressLine(this.pooled, words)] : []), ...result.filter((part) => part !== null));
  }

  notes() {
    const { words } = this.page;
    return make("details", { class: "notes" }, make("summary", {}, words.say("lesson_notes")),
      make("ol", {}, ...this.text("notes").map(([minutes, text]) => make("li", {}, make("b", {}, words.say("lesson_minutes", { minutes })), ` ${text}`))));
  }
}

/** The list of lessons to choose from. */
export function lessonList(page, lessons, current) {
  const { words } = page;
  return make("ol", { class: "lessons" }, ...lessons.map(({ name, minutes }) => make("li", {},
    make("button", { type: "button", "data-lesson": name, "aria-current": name === current ? "true" : undefined, onclick: () => page.openLesson(name) },
      make("b", {}, words.lessons[name].title), make("span", {}, words.say("lesson_minutes", { minutes }))))));
}
