// The served page: opens a session for the address, hands years to the player as they arrive, and sends changes.

import { Player, readFrames } from "/player.js";
import { Board } from "/board.js";
import { ask, make } from "/dom.js";
import { FreePlay } from "/free.js";
import { Lesson, lessonList } from "/lesson.js";

const root = document.getElementById("player");
const side = document.getElementById("controls");
const whole = document.querySelector(".page");
const MODES = ["free", "lessons", "plan"];
const RETRY_MS = 2000;

/** What finds an element again after the side was built anew. */
function selectorOf(element) {
  const data = ["key", "name", "lesson", "hint"].find((name) => element.dataset[name]);
  if (data) return `[data-${data}="${CSS.escape(element.dataset[data])}"]`;
  return element.className ? `${element.tagName.toLowerCase()}.${[...element.classList].map((one) => CSS.escape(one)).join(".")}` : null;
}

class Page {
  constructor(told) {
    this.known = told;
    this.player = new Player(root, { catalogues: told.catalogues, language: document.documentElement.lang, link: true });
    this.takeWords();
    this.free = new FreePlay(this, side);
    this.turn = 0;  // counts what is shown: what belongs to an earlier turn has been overtaken
    this.place = 0;  // counts addresses that were opened: changes are for the one on which they were made
    this.pending = 0;  // changes that are on their way
    this.sent = Promise.resolve();
    this.streams = null;
    this.state = null;
    this.mode = "free";
    root.addEventListener("language", () => {
      this.takeWords();
      this.draw();
    });
    root.addEventListener("drawn", () => this.free.showValues());
    window.addEventListener("popstate", () => {
      if (!this.state || location.search !== `?${this.state.query}`) this.visit(location.search.slice(1));
    });
  }

  takeWords() {
    const { language } = this.player;
    this.words = Object.assign(this.player.words, { language, lessons: this.known.catalogues[language].lessons });
  }

  /** Open what an address says, in the place of what was open. */
  async visit(query) {
    this.place += 1;
    await this.open(query);
  }

  /** Open a session for what an address says, and begin to play its first years unless a lesson asks first; at once
   * from the first year, or on to `year`. */
  async open(query, year = null) {
    const turn = (this.turn += 1);
    this.streams?.abort();
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
      if (year !== null) this.player.seek(year);
      this.draw();
      if (told.problems.length) this.say(this.words.say("bad_link", { fields: told.problems.join(", ") }), true);
      else if (this.said?.[1]) this.say("");
      if (this.lesson?.committed) this.lesson.commit(this.lesson.predicted);
      if (this.mode === "plan") this.board.compare();
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    }
  }

  /** Play the session from its first year. */
  run() {
    this.player.options.resilience = this.state.struck;
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
    this.streams?.abort();
    this.streams = new AbortController();
    const { signal } = this.streams;
    const streams = this.state.headers.map(async (header, arm) => {
      const answer = await fetch(`/${this.session}/frames/${arm}/${kept[arm] + 1}/${this.state.turns[arm]}`, { signal });
      if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { gone: answer.status === 410 });
      await readFrames(answer.body, (bytes) => {
        if (turn !== this.turn) return;
        if (this.isLost) this.say("");
        this.isLost = false;
        this.player.add(arm, bytes);
      });
    });
    Promise.all(streams).then(() => this.receiveCalm(turn)).catch((error) => {
      if (turn === this.turn && !signal.aborted) this.interrupted(error, turn);
    });
  }

  /** What cut the years off: a session that was released begins again where it was, a lost connection is tried again. */
  interrupted(error, turn) {
    this.streams?.abort();
    if (error.gone) {
      this.open(this.state.query, this.player.year);
      return;
    }
    this.fail(error);
    if (!(error instanceof TypeError)) return;
    this.isLost = true;
    setTimeout(() => {
      if (turn === this.turn) this.resume(turn);
    }, RETRY_MS);
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
    this.turn += 1;
    this.pending += 1;
    this.streams?.abort();
    const { place } = this;
    this.sent = this.sent.then(async () => {
      if (place === this.place) await this.send(body, kind);
      this.pending -= 1;
    });
  }

  /** What comes after the change is made and played anew, unless another change follows already. */
  async send(body, kind, again = false) {
    try {
      const told = await ask(`/${this.session}/${kind}`, body);
      this.take(told);
      this.player.showResilience(told.struck);
      const kept = told.kept.map((year, arm) => Math.min(year, this.player.histories[arm].lastYear));
      const shown = this.player.wanted ?? this.player.year;
      kept.forEach((last, arm) => this.player.cut(arm, last, told.headers[arm]));
      this.player.seek(shown);
      if (this.pending > 1) return;
      this.draw();
      this.say("");
      this.receive(kept, this.turn);
    } catch (error) {
      if (error.gone && !again) {
        await this.open(this.state.query, this.player.year);  // it was idle for long: it begins again where it was
        await this.send(body, kind, true);
        return;
      }
      this.say(this.words.say("refused", { why: error.message }), true);
      if (this.pending <= 1) this.resume(this.turn);
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

  // -- the side --------------------------------------------------------------------------------------------

  /** The side, and how page and side stand to one another: before a prediction and over a board there is no map. */
  draw() {
    const { state } = this;
    if (!state || this.free.isHeld) return;
    const focused = side.contains(document.activeElement) ? selectorOf(document.activeElement) : null;
    const opened = new Map([...side.querySelectorAll("details")].map((one) => [one.className, one.open]));
    const asking = (this.mode === "lessons" && this.lesson !== null && !this.lesson.committed) || this.painting;
    root.hidden = asking;
    whole.classList.toggle("asking", asking);
    side.setAttribute("role", asking ? "main" : "complementary");
    whole.classList.toggle("studying", this.mode !== "free");
    this.line = make("p", { class: "said", role: "status" });
    const parts = { free: () => this.free.build(), lessons: () => this.buildLessons(), plan: () => [this.painting || !this.state.board.own ? this.board.build() : this.board.results()] };
    side.replaceChildren(this.modes(), this.line, ...parts[this.mode]());
    for (const details of side.querySelectorAll("details")) if (opened.has(details.className)) details.open = opened.get(details.className);
    if (focused) side.querySelector(focused)?.focus();
    this.player.parts.maps?.forEach((part) => part.canvas.setAttribute("tabindex", "-1"));
    if (this.said) this.say(...this.said);
    this.free.showValues();
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
      this.go("v=1").then(() => { if (mode === "plan" && !this.lesson) this.enter("plan"); });
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

  /** To another address of this page; asked twice at once, as by a double click, it goes there once. */
  async go(query) {
    if (query === this.going) return;
    this.going = query;
    this.player.pause();
    this.player.writeLinkNow();
    history.pushState(null, "", `?${query}${location.hash}`);
    this.said = ["", false];
    await this.visit(query);
    this.going = null;
  }

  buildLessons() {
    const { words } = this;
    if (this.lesson === null) return [make("h2", {}, words.say("lessons")), lessonList(this, this.known.lessons, "")];
    return [this.lesson.build(), make("details", { class: "others" }, make("summary", {}, words.say("lessons")), lessonList(this, this.known.lessons, this.lesson.name))];
  }

  async share() {
    this.player.writeLinkNow();
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
  await page.visit(location.search.slice(1));
} catch (error) {
  root.textContent = `${error}`;
  throw error;
}
