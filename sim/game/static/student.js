// A student's page: join, lobby, decisions, waiting, results, the debrief. It looks every two seconds and when it wakes.

import { Answered, Clock, PLACE, Words, ask, explained, form, languageSwitch, make, random, recall, remember, scoreInDigits, send, watch } from "/common.js";
import { DecisionTable, Draft, draftInWords, inWords, sum } from "/decide.js";
import { watching } from "/spectator.js";

const main = document.getElementById("main");
const told = await ask("/words");
const words = new Words(told.catalogues, recall("clustersim-language") ?? (navigator.language.startsWith("zh") ? "zh" : told.language));
const clock = new Clock();
const tab = random();
const own = (name) => `clustersim-${told.class}-${PLACE}-${name}`;

const page = { view: null, mark: "", seat: "asking", taking: true, built: "", draft: null, table: null, parts: {}, done: false, said: "", lost: false };

// -- looking -----------------------------------------------------------------------------------------------

function path() {
  const query = new URLSearchParams({ tab, have: page.mark });
  if (page.taking) query.set("take", "1");
  return `/me?${query}`;
}

function take(answer) {
  page.lost = false;
  if (answer.elsewhere) {
    page.seat = "elsewhere";
    page.draft?.end();
    page.mark = "";
  } else {
    page.taking = false;
    page.seat = "held";
    clock.set(answer.now);
    if (!answer.same) {
      page.view = answer.view;
      page.mark = answer.mark;
    }
    page.draft?.flush();
  }
  draw();
}

function fail(error) {
  if (error instanceof Answered && error.told.gone) {
    page.seat = error.told.gone;
    page.view = null;
    page.mark = "";
    page.draft?.end();
  } else page.lost = true;
  draw();
}

// A result is waited for by all: it is looked for more often than anything else.
const look = watch(path, take, fail, () => (page.view?.phase === "computing" ? 0.5 : 2));
setInterval(() => tick(), 500);

// -- drawing -----------------------------------------------------------------------------------------------

/** Build the screen anew where another one is due; else only bring up to date what changes on it. */
function draw() {
  const { view } = page;
  if (page.seat === "asking") {
    if (page.lost) main.replaceChildren(heading(words.say("title")), make("p", { role: "status" }, words.say("lost")));
    return;
  }
  const key = page.seat !== "held" ? `${page.seat}` : [view.phase, view.round, view.paused, view.role, view.starts > view.round, page.done, view.name, view.seat?.region, view.coordinator,
    JSON.stringify(view.reveal ?? null), view.phase === "open" || view.phase === "announce" || view.phase === "propose" ? "" : page.mark].join("|");
  if (`${key}|${words.language}` !== page.built) {
    page.built = `${key}|${words.language}`;
    page.parts = {};
    main.replaceChildren(...(page.seat === "held" ? seated() : [heading(words.say("title")), ...unseated()]));
  }
  tick();
}

function tick() {
  const { view, parts } = page;
  if (parts.lost) parts.lost.textContent = page.lost ? words.say("lost") : "";
  if (!view || !parts.clock) return;
  parts.clock.textContent = view.paused ? words.say("paused") : view.deadline ? clock.shown(view.deadline) : "";
}

function heading(text, ...more) {
  page.parts.lost = make("p", { class: "lost", role: "status" });
  return make("header", {}, make("div", { class: "line" }, make("h1", {}, text), languageSwitch(words, draw)), ...more, page.parts.lost);
}

function card(title, ...parts) {
  return make("section", { class: "card" }, make("h2", {}, title), ...parts);
}

// -- without a seat ----------------------------------------------------------------------------------------

function unseated() {
  const status = make("p", { role: "status", class: "said" });
  if (page.seat === "elsewhere") {
    return [card(words.say("elsewhere"), make("p", {}, words.say("elsewhere_more")),
      make("button", { type: "button", class: "main", onclick: () => { page.taking = true; look(); } }, words.say("use_here")), other())];
  }
  const lines = page.seat === "unknown" ? [] : [make("p", { class: "warn" }, words.say(`gone_${page.seat}`))];
  if (page.seat === "removed") return [...lines, make("p", {}, words.say("gone_removed_more"))];  // no form would be accepted
  const go = async (address, body) => {
    status.textContent = words.say("sending");
    try {
      const answer = await send(address, body, { tries: 4, lost: () => { status.textContent = words.say("lost"); } });
      remember(own("code"), answer.code);  // the form offers it, should the seat be lost
      page.taking = true;
      page.mark = "";
      look();
    } catch (error) {
      status.textContent = error instanceof Answered && error.told.gone ? words.say("wrong_code") : explained(words, error);
    }
  };
  const room = make("input", { name: "room", autocomplete: "off", autocapitalize: "characters", maxlength: "12", value: new URLSearchParams(location.search).get("c") ?? "", required: true });
  const name = make("input", { name: "name", autocomplete: "off", maxlength: "24" });
  const code = make("input", { name: "code", autocomplete: "off", autocapitalize: "characters", maxlength: "12", value: recall(own("code")) ?? "", required: true });
  return [
    ...lines,
    form({ class: "card" }, () => go("/join", { room: room.value.trim(), name: name.value.trim(), language: words.language }),
      make("h2", {}, words.say("join")), make("label", {}, words.say("room_code"), room), make("label", {}, words.say("your_name"), name, make("small", {}, words.say("name_optional"))),
      make("button", { type: "submit", class: "main" }, words.say("join"))),
    form({ class: "card" }, () => go("/claim", { code: code.value.trim() }),
      make("h2", {}, words.say("have_seat")), make("p", {}, words.say("have_seat_more")), make("label", {}, words.say("seat_code"), code),
      make("button", { type: "submit" }, words.say("take_seat"))),
    status,
  ];
}

/** Two students may share a computer, by choice. */
function other() {
  const next = Number(PLACE) % 4 + 1;
  return make("p", { class: "other" }, make("a", { href: `/?place=${next}` }, words.say("other_student")));
}

// -- with a seat -------------------------------------------------------------------------------------------

function seated() {
  const { view } = page;
  const own = view.seat ? words.name(view.seat.region) : view.name;
  const region = view.seat && view.nations > 1 ? `${own} · ${words.say("nation", { nation: view.seat.nation })}` : own;
  const round = view.phase === "lobby" ? words.say("lobby") : view.round === 0 ? words.say("practice_round") : words.say("round_of", { round: view.round, rounds: view.rounds });
  page.parts.clock = make("span", { class: "clock" });
  const head = heading(region, make("div", { class: "line" }, make("span", {}, round), page.parts.clock));
  return [head, ...screen(), footer()];
}

function footer() {
  const { view } = page;
  return make("footer", {}, make("span", {}, view.name), make("span", {}, words.say("your_code", { code: view.code })),
    other());
}

function screen() {
  const { view } = page;
  const { phase } = view;
  if (view.role === "spectator") return watching(words, view, card);
  if (phase === "lobby") return [card(words.say("you_are_in"), make("p", {}, words.say("wait_for_teacher"))), rules(), prediction("before")];
  if (phase === "debrief" || phase === "closed") return debrief();
  if (view.starts > view.round) return [card(words.say("bot_governs"), make("p", {}, words.say("you_start", { round: view.starts }))), rules(), ...results()];
  if (phase === "announce") return deciding("announce", "/announce", "chips", view.draft);
  if (phase === "propose") return view.coordinator ? proposing() : [card(words.say("plan_is_made"), make("p", {}, words.say("plan_is_made_more"))), ...results()];
  if (phase === "open") return [...seen(), ...deciding("save", "/save", "chips", view.draft)];
  if (phase === "computing") return [card(words.say("computing"), make("p", {}, words.say("computing_more", { round: view.round }))), ...results()];
  return [...results(), ...(view.round === 0 ? [prediction("before")] : []), card(words.say("next_soon"), make("p", {}, words.say("wait_for_teacher")))];
}

function rules() {
  const { view } = page;
  return card(words.say("rules"), make("ul", {}, ...["rule_chips", "rule_sealed", "rule_years"].map((key) => make("li", {}, words.say(key, { chips: view.chips, most: view.most })))), goal());
}

function goal() {
  const { view } = page;
  return make("p", { class: "goal" }, make("strong", {}, words.say("your_goal")), " ", words.say(`goal_${view.payoff}`), make("small", { class: "formula" }, words.say(`formula_${view.payoff}`)));
}

/** What others said before the lock, where the preset shows it. */
function seen() {
  const { view } = page;
  const parts = [];
  if (view.announcements?.length) parts.push(card(words.say("announcements"), make("p", {}, words.say("announcements_more")), plans(view.announcements)));
  if (view.proposal) {
    const mine = view.proposal[view.seat?.region];
    const own = mine ? [make("p", {}, words.say(view.binding ? "proposal_binding" : "proposal_advice")), make("p", { class: "big" }, inWords(words, mine, view.chips))] : [make("p", {}, words.say("proposal_none"))];
    parts.push(card(words.say("proposal"), ...own,
      make("details", {}, make("summary", {}, words.say("proposal_all")), plans(Object.entries(view.proposal).map(([region, chips]) => ({ region, chips }))))));
  }
  if (view.plans_before?.length) parts.push(make("details", { class: "card" }, make("summary", {}, words.say("others_last")), plans(view.plans_before)));
  return parts;
}

function plans(list) {
  return make("table", {}, make("tbody", {}, ...list.map((one) => make("tr", {}, make("th", { scope: "row" }, words.name(one.region)), make("td", {}, inWords(words, one.chips, page.view.chips))))));
}

function held(draft, what) {
  return draft ? { value: draft[what], version: draft.version, at: draft.at } : null;
}

/** The draft of this phase and round; it stays the same while the screen is built anew. */
function draftFor(name, address, what, told) {
  const key = own(name);
  if (page.draft?.phase !== `${name}-${page.view.round}` || page.draft.over) {
    page.draft?.end();
    const draft = new Draft(key, address, what, (state, detail) => {
      page.state = [state, detail];
      showDraft();
    });
    draft.phase = `${name}-${page.view.round}`;
    page.draft = draft;
    page.state = ["none"];
    page.done = false;
    draft.begin(page.view.round, told);
  }
  return page.draft;
}

function deciding(name, address, what, serverDraft) {
  const { view } = page;
  const draft = draftFor(name, address, what, held(serverDraft, what));
  const value = draft.known?.value ?? {};
  const team = view.team?.length > 1 ? make("p", { class: "team" }, words.say("team", { names: words.list(view.team) })) : null;
  const head = [team, goal(), ...(view.matched ? [make("p", { class: "warn" }, words.say("matched"))] : []), name === "announce" ? make("p", {}, words.say("announce_more")) : null].filter(Boolean);
  page.parts.status = make("p", { class: "status", role: "status" });
  if (page.done) {
    const again = make("button", { type: "button", class: "main", onclick: () => { page.done = false; draw(); } }, words.say("change"));
    const waiting = card(words.say("waiting"), make("p", { class: "big" }, inWords(words, value, view.chips)), page.parts.status, make("p", {}, words.say("editable")), again);
    queueMicrotask(showDraft);
    return [waiting, ...results()];
  }
  view.industries.forEach((one, at) => { one.at = at; });
  page.table = new DecisionTable(words, view, value, (chips, why) => {
    page.parts.why.textContent = why;
    if (chips) draft.set(chips);
    showDraft();
  });
  page.parts.why = make("p", { class: "why", role: "status" });
  page.parts.sum = make("p", { class: "sum" });
  const finish = make("button", { type: "button", class: "main", onclick: () => {
    draft.set(page.table.chips);
    page.done = true;
    draw();
    main.querySelector("button.main")?.focus();
  } }, words.say(name === "announce" ? "announce" : "decide"));
  queueMicrotask(showDraft);
  return [card(words.say(name === "announce" ? "announce_title" : "decide_title"), ...head, page.table.box),
    ...results(), make("div", { class: "bar" }, make("div", {}, page.parts.sum, page.parts.status, page.parts.why), finish)];
}

function showDraft() {
  const { parts, table, view } = page;
  if (parts.status) {
    const [state, detail] = page.state ?? ["none"];
    parts.status.textContent = state === "none" ? words.say(nothingYet()) : draftInWords(words, state, detail);
    parts.status.className = `status ${state}`;
  }
  if (parts.sum && table) {
    const placed = sum(table.chips);
    parts.sum.textContent = words.say("sum", { placed, all: view.chips, kept: view.chips - placed });
  }
}

/** What it means that nothing is saved: an announcement or a proposal may be left out. */
function nothingYet() {
  const { phase, round } = page.view;
  if (phase === "announce" || phase === "propose") return `nothing_yet_${phase}`;
  return round > 1 ? "nothing_yet" : "nothing_yet_first";
}

/** The one who coordinates proposes a row for each region. */
function proposing() {
  const { view } = page;
  const regions = view.regions ?? Object.keys(view.proposal ?? {});
  const draft = draftFor("propose", "/propose", "matrix", view.proposal ? { value: view.proposal, version: view.proposal_version ?? 1, at: view.now } : null);
  const matrix = { ...(draft.known?.value ?? {}) };
  let region = page.proposed ?? regions[0];
  const box = make("div", {});
  page.parts.status = make("p", { class: "status", role: "status" });
  page.parts.why = make("p", { class: "why", role: "status" });
  page.parts.sum = make("p", { class: "sum" });
  view.industries.forEach((one, at) => { one.at = at; });
  const said = () => regions.filter((one) => matrix[one]).map((one) => ({ region: one, chips: matrix[one] }));
  const all = make("div", {});
  const show = () => {
    // What the advisers of the region say that is planned for, not those of the coordinator's own.
    const seen = view.industries.map((one, at) => ({ ...one, stars: view.stars?.[regions.indexOf(region)]?.[at] ?? null }));
    page.table = new DecisionTable(words, { ...view, industries: seen }, matrix[region] ?? {}, (chips, why) => {
      page.parts.why.textContent = why;
      if (chips) {
        matrix[region] = chips;
        draft.set({ ...matrix });
        all.replaceChildren(plans(said()));
      }
      showDraft();
    });
    box.replaceChildren(page.table.box);
    all.replaceChildren(plans(said()));
    showDraft();
  };
  const choose = make("select", { onchange: (event) => { region = event.target.value; page.proposed = region; show(); } },
    ...regions.map((one) => make("option", { value: one, selected: one === region }, words.name(one))));
  show();
  return [card(words.say("propose_title"), goal(), make("p", {}, words.say(view.binding ? "propose_binding" : "propose_advice")), make("label", {}, words.say("region"), choose), box),
    make("details", { class: "card" }, make("summary", {}, words.say("proposal_all")), make("p", {}, words.say("propose_rest")), all),
    make("div", { class: "bar" }, make("div", {}, page.parts.sum, page.parts.status, page.parts.why))];
}

/** Own rounds so far. */
function results() {
  const { view } = page;
  if (!view.history?.length) return [];
  const last = view.history.at(-1);
  const rows = [...view.history].reverse();
  const line = (key, value) => make("div", {}, make("dt", {}, words.say(key)), make("dd", {}, value));
  return [card(words.say("own_results", { round: last.round === 0 ? words.say("practice_round") : words.say("round_short", { round: last.round }) }),
    make("p", {}, words.say(`by_${last.source.split(":")[0]}`), " ", make("strong", {}, inWords(words, last.chips, view.chips))),
    make("dl", { class: "numbers" }, line("growth", `${words.signed(last.growth)} %`), line("jobs", words.number(last.jobs)), line("revenue", words.number(last.revenue, 1)), line("firms", words.number(last.firms)),
      last.score === null || last.score === undefined ? null : line("score", scored(last.score))),
    rows.length > 1 ? make("details", {}, make("summary", {}, words.say("earlier")), make("table", { class: "history" },
      make("thead", {}, make("tr", {}, ...["round", "chips", "growth", "jobs", "firms"].map((key) => make("th", { scope: "col" }, words.say(key))))),
      make("tbody", {}, ...rows.map((one) => make("tr", {}, make("th", { scope: "row" }, one.round === 0 ? words.say("practice_short") : String(one.round)), make("td", {}, inWords(words, one.chips, view.chips)),
        make("td", {}, `${words.signed(one.growth)} %`), make("td", {}, words.number(one.jobs)), make("td", {}, words.number(one.firms))))))) : null)];
}

/** A score with what it counts. */
function scored(score) {
  const { view } = page;
  return words.say(`score_${view.payoff}`, { value: scoreInDigits(words, view.payoff, score), others: view.others });
}

// -- predictions, and the end ------------------------------------------------------------------------------

/** Written answers: what is expected before the first round, what is thought at the end. */
function prediction(kind) {
  const key = own(`predicted-${kind}`);
  const before = recall(key);
  const status = make("p", { role: "status", class: "status" }, before?.at ? words.say("saved_at", { time: words.time(before.at) }) : "");
  const fields = kind === "before" ? ["copiers", "winner", "why"] : ["lesson"];
  const inputs = fields.map((name) => {
    const value = before?.answers?.[name] ?? "";
    if (name === "copiers") return [name, make("input", { type: "number", min: "0", max: "60", value, inputmode: "numeric" })];
    if (name === "winner") return [name, make("select", {}, ...["", "class", "coordinated", "none"].map((one) => make("option", { value: one, selected: one === value }, one ? words.say(`winner_${one}`) : "…")))];
    const area = make("textarea", { rows: "3", maxlength: "400" });
    area.value = value;
    return [name, area];
  });
  const keep = () => Object.fromEntries(inputs.filter(([, input]) => input.value !== "").map(([name, input]) => [name, name === "copiers" ? Number(input.value) : input.value]));
  const submit = async () => {
    remember(key, { answers: keep() });
    status.textContent = words.say("sending");
    try {
      const answer = await send("/predict", { kind, answers: keep() }, { tries: 6, lost: () => { status.textContent = words.say("unsent"); } });
      remember(key, { answers: keep(), at: answer.at });
      status.textContent = words.say("saved_at", { time: words.time(answer.at) });
    } catch (error) {
      status.textContent = explained(words, error);
    }
  };
  return form({ class: "card predict", oninput: () => remember(key, { answers: keep() }) }, submit, make("h2", {}, words.say(`predict_${kind}`)),
    ...inputs.map(([name, input]) => make("label", {}, words.say(`ask_${name}`), input)), make("button", { type: "submit", class: "main" }, words.say("send")), status);
}

function debrief() {
  const { view } = page;
  const parts = [prediction("exit")];
  const { reveal } = view;
  if (reveal) {
    if (reveal.own) parts.unshift(card(words.say("own_gain"), make("p", { class: "big" }, words.say("gain_and_cost", { gain: words.signed(reveal.own.gain), cost: words.signed(reveal.own.cost) })), make("p", {}, words.say("gain_more"))));
    if (reveal.scores?.length) {
      parts.push(card(words.say("scores"), make("p", {}, make("small", {}, words.say(`formula_${view.payoff}`))), make("table", {}, make("tbody", {}, ...[...reveal.scores].sort((a, b) => a.place - b.place).map((one) => make("tr", { class: one.region === view.seat?.region ? "mine" : "" },
        make("td", {}, String(one.place ?? "")), make("th", { scope: "row" }, words.name(one.region)), make("td", {}, scoreInDigits(words, view.payoff, one.score))))))));
    }
    if (reveal.fit?.length) {
      const best = view.industries.map((one, at) => ({ ...one, fit: reveal.fit[at] })).filter((one) => one.fit !== null).sort((a, b) => b.fit - a.fit);
      parts.push(card(words.say("true_fit"), make("p", {}, words.say("true_fit_more")), make("table", {}, make("tbody", {}, ...best.map((one) => make("tr", {},
        make("th", { scope: "row" }, words.name(one.name)), make("td", {}, `${words.signed(100 * one.fit, 0)} %`)))))));
    }
  }
  return [...parts, ...results()];
}
